//! Background tasks that end with their owner.

use std::future::Future;
use std::sync::{Arc, Mutex, Weak};

use tokio::task::JoinSet;

use crate::sync::lock;

/// Tasks that are aborted when this is dropped, those they have spawned in turn included.
#[derive(Debug, Default)]
pub(crate) struct TaskGroup(Arc<Mutex<JoinSet<()>>>);

impl TaskGroup {
    /// Spawns into this group for as long as it lives; holding one does not keep the group alive.
    pub(crate) fn spawner(&self) -> Spawner {
        Spawner(Arc::downgrade(&self.0))
    }

    /// Ends every task and waits until all of them are gone.
    pub(crate) async fn stop(self) {
        let mut tasks = std::mem::take(&mut *lock(&self.0));
        tasks.shutdown().await;
    }
}

impl Drop for TaskGroup {
    fn drop(&mut self) {
        // A task that is just spawning holds the set for a moment, so dropping our share is not enough.
        lock(&self.0).abort_all();
    }
}

/// Spawns tasks into a [`TaskGroup`]; a task that comes too late is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Spawner(Weak<Mutex<JoinSet<()>>>);

impl Spawner {
    /// Spawns `task` unless the group is gone.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(tasks) = self.0.upgrade() {
            let mut tasks = lock(&tasks);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(task);
        }
    }
}

impl<F> hyper::rt::Executor<F> for Spawner
where
    F: Future + Send + 'static,
{
    fn execute(&self, task: F) {
        self.spawn(async move {
            task.await;
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::time::Duration;

    use tokio::sync::mpsc;

    use super::*;

    /// A group whose task has spawned another; the receiver yields `None` once both are gone.
    async fn group() -> (TaskGroup, mpsc::Receiver<()>) {
        let group = TaskGroup::default();
        let (alive, mut gone) = mpsc::channel::<()>(1);
        let spawner = group.spawner();
        group.spawner().spawn(async move {
            let child = alive.clone();
            spawner.spawn(async move {
                let _ = child.send(()).await;
                pending::<()>().await;
            });
            let _alive = alive;
            pending::<()>().await;
        });
        gone.recv().await.unwrap();
        (group, gone)
    }

    #[tokio::test]
    async fn tasks_end_with_their_owner() {
        let (group, mut gone) = group().await;
        drop(group);
        let ended = tokio::time::timeout(Duration::from_secs(5), gone.recv()).await;
        assert_eq!(ended, Ok(None));
    }

    #[tokio::test]
    async fn stopping_waits_for_the_end() {
        let (group, mut gone) = group().await;
        let late = group.spawner();
        group.stop().await;
        assert_eq!(
            gone.try_recv(),
            Err(mpsc::error::TryRecvError::Disconnected)
        );
        late.spawn(async { panic!("spawned after the end") });
    }
}
