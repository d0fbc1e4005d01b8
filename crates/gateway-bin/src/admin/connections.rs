//! The connections of those who ask.

use std::collections::VecDeque;
use std::future::pending;
use std::time::Duration;

use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

/// How many connections there may be at once.
const MOST: usize = 32;

/// How long a connection may take for its one request.
const LIMIT: Duration = Duration::from_secs(10);

/// The connections of those who ask: few, and short. One more than there may be takes the place of the oldest,
/// so that silent ones keep nobody out. All end with this.
#[derive(Debug, Default)]
pub(super) struct Connections {
    tasks: JoinSet<()>,
    by_age: VecDeque<AbortHandle>,
}

impl Connections {
    /// Serves one more, for 10 s at most.
    pub(super) fn serve(&mut self, connection: impl Future<Output = ()> + Send + 'static) {
        self.by_age.retain(|task| !task.is_finished());
        if self.by_age.len() >= MOST
            && let Some(oldest) = self.by_age.pop_front()
        {
            tracing::debug!("admin: the oldest of {MOST} connections is closed");
            oldest.abort();
        }
        self.by_age.push_back(self.tasks.spawn(async {
            if timeout(LIMIT, connection).await.is_err() {
                tracing::debug!("admin: a connection took too long");
            }
        }));
    }

    /// Waits until one has ended.
    pub(super) async fn one_ended(&mut self) {
        if self.tasks.join_next().await.is_none() {
            pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// One that never ends, and is over when the last of these is dropped.
    fn silent(held: &Arc<()>) -> impl Future<Output = ()> + use<> {
        let held = Arc::clone(held);
        async move {
            let _held = held;
            pending::<()>().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_one_is_closed() {
        let mut connections = Connections::default();
        let held = Arc::new(());
        let start = tokio::time::Instant::now();
        connections.serve(silent(&held));
        connections.one_ended().await;
        assert_eq!(start.elapsed(), LIMIT);
        assert_eq!(Arc::strong_count(&held), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_never_too_many_and_the_newest_is_served() {
        let mut connections = Connections::default();
        let held = Arc::new(());
        let start = tokio::time::Instant::now();
        for _ in 0..MOST + 5 {
            connections.serve(silent(&held));
        }
        let (answered, answer) = tokio::sync::oneshot::channel();
        connections.serve(async move {
            let _ = answered.send(());
        });
        answer.await.unwrap();
        for _ in 0..6 {
            connections.one_ended().await;
        }
        assert_eq!(Arc::strong_count(&held), MOST);
        assert!(start.elapsed() < LIMIT, "nobody had to wait");
        drop(connections);
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
