//! How many connections an endpoint may have.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::{Instant, timeout_at};

use super::queue::Queue;
use crate::config::LimitsConfig;
use crate::failure::Failure;

/// How many connections of the kind `C` an endpoint may have, and how many requests may wait for one. Envoy's
/// `max_connections` and `max_pending_requests`.
#[derive(Debug)]
pub(super) struct Gate<C> {
    open: AtomicUsize,
    limit: usize,
    queue: Queue<Turn<C>>,
}

/// What somebody gets who waits for a connection.
#[derive(Debug)]
pub(super) enum Turn<C> {
    /// One that is free.
    Connection(C),
    /// Leave to open one.
    Open(Permit<C>),
}

/// Leave to have one connection, for as long as it is kept.
#[derive(Debug)]
pub(super) struct Permit<C>(Option<Arc<Gate<C>>>);

impl<C> Gate<C> {
    /// No connection yet.
    pub(super) fn new(limits: &LimitsConfig) -> Arc<Self> {
        Arc::new(Self {
            open: AtomicUsize::new(0),
            limit: *limits.connections,
            queue: Queue::new(*limits.pending),
        })
    }

    /// Leave to open one more connection, where the limit allows it.
    pub(super) fn try_open(self: &Arc<Self>) -> Option<Permit<C>> {
        self.open
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |open| {
                (open < self.limit).then_some(open + 1)
            })
            .ok()
            .map(|_| Permit::new(self))
    }

    /// Leave to open a connection, or one that has become free, by `deadline` at the latest. `free` looks whether
    /// one has become free since the caller looked last: from now on [`serve`](Self::serve) is told of them.
    pub(super) async fn turn(
        self: &Arc<Self>,
        deadline: Instant,
        free: impl FnOnce() -> Option<C>,
    ) -> Result<Turn<C>, Failure> {
        if let Some(permit) = self.try_open() {
            return Ok(Turn::Open(permit));
        }
        let place = self.queue.join().map_err(|_| Failure::queue_full())?;
        // A connection or a permit that was returned before somebody waited is nobody's.
        if let Some(connection) = free() {
            return Ok(Turn::Connection(connection));
        }
        if let Some(permit) = self.try_open() {
            return Ok(Turn::Open(permit));
        }
        let turn = timeout_at(deadline, place).await;
        let turn = turn.map_err(|_| Failure::queued_too_long())?;
        turn.ok_or_else(Failure::abandoned)
    }

    /// Whether there may be somebody who waits. Costs no lock.
    pub(super) fn is_waited_at(&self) -> bool {
        self.queue.is_waited_in()
    }

    /// Gives `connection` to the first who waits; returns it where nobody does. Whoever makes a connection free
    /// first makes it so and then, if [somebody waits](Self::is_waited_at), takes a free one and offers it here:
    /// in the other order, somebody who comes between would not be seen.
    pub(super) fn serve(&self, connection: C) -> Option<C> {
        match self.queue.serve(Turn::Connection(connection))? {
            Turn::Connection(connection) => Some(connection),
            Turn::Open(_) => None,
        }
    }

    /// How many connections there are or may be opened by those who have leave.
    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

impl<C> Permit<C> {
    fn new(gate: &Arc<Gate<C>>) -> Self {
        Self(Some(Arc::clone(gate)))
    }

    /// Returns the permit without a look at who waits.
    fn forgo(mut self) {
        if let Some(gate) = self.0.take() {
            gate.open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl<C> Drop for Permit<C> {
    fn drop(&mut self) {
        let Some(gate) = self.0.take() else { return };
        gate.open.fetch_sub(1, Ordering::SeqCst);
        while gate.is_waited_at()
            && let Some(permit) = gate.try_open()
        {
            match gate.queue.serve(Turn::Open(permit)) {
                // Whoever waited is gone. Dropping the permit would begin here anew.
                Some(Turn::Open(permit)) => permit.forgo(),
                _ => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::identity;
    use std::time::Duration;

    use gateway_core::facts::FailureKind;

    use super::*;

    fn gate(connections: usize, pending: usize) -> Arc<Gate<u8>> {
        Gate::new(&LimitsConfig {
            connections: connections.into(),
            pending: pending.into(),
            requests: None,
        })
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(1)
    }

    async fn permit(gate: &Arc<Gate<u8>>) -> Permit<u8> {
        match gate.turn(soon(), || None).await.unwrap() {
            Turn::Open(permit) => permit,
            Turn::Connection(connection) => panic!("{connection}"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_returned_goes_to_the_first_who_waits() {
        let gate = gate(2, 8);
        let (first, second) = (permit(&gate).await, permit(&gate).await);
        assert!(gate.try_open().is_none());
        let wait = || {
            let gate = Arc::clone(&gate);
            tokio::spawn(async move { permit(&gate).await })
        };
        let (third, fourth) = (wait(), wait());
        tokio::task::yield_now().await;
        drop(first);
        let third = third.await.unwrap();
        assert!(!fourth.is_finished());
        assert_eq!(gate.open(), 2);
        drop((second, third));
        fourth.await.unwrap();
        assert_eq!(gate.open(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_free_connection_goes_to_who_waits() {
        let gate = gate(1, 1);
        let _permit = permit(&gate).await;
        assert_eq!(gate.serve(7), Some(7));
        let waiting = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.turn(soon(), || None).await }
        });
        tokio::task::yield_now().await;
        assert!(gate.is_waited_at());
        assert_eq!(gate.serve(7), None);
        let turn = waiting.await.unwrap();
        assert!(matches!(turn, Ok(Turn::Connection(7))));
    }

    #[tokio::test(start_paused = true)]
    async fn what_became_free_before_somebody_waited_is_not_missed() {
        let gate = gate(1, 1);
        let _permit = permit(&gate).await;
        let turn = gate.turn(soon(), || Some(7)).await;
        assert!(matches!(turn, Ok(Turn::Connection(7))));
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_are_refused_at_once_and_others_when_they_waited_too_long() {
        let gate = gate(1, 1);
        let held = permit(&gate).await;
        let waiting = gate.turn(soon(), || None);
        let refused = async {
            let failure = gate.turn(soon(), || None).await.map(|_| ()).unwrap_err();
            (failure.kind(), Instant::now())
        };
        let start = Instant::now();
        let (waited, (refused, when)) = tokio::join!(waiting, refused);
        assert_eq!((refused, when), (FailureKind::Overloaded, start));
        let failure = waited.map(|_| ()).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Overloaded);
        assert_eq!(start.elapsed(), Duration::from_secs(1));
        // Those who gave up take nothing with them.
        drop(held);
        assert_eq!(gate.open(), 0);
        permit(&gate).await;
    }

    #[test]
    fn no_permit_is_lost_or_doubled_among_threads() {
        let gate = gate(3, 1000);
        let run = |_| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .unwrap();
            runtime.block_on(async {
                for _ in 0..2000 {
                    let held = permit(&gate).await;
                    assert!(gate.open() <= 3);
                    tokio::task::yield_now().await;
                    drop(identity(held));
                }
            });
        };
        std::thread::scope(|scope| {
            for thread in 0..8 {
                scope.spawn(move || run(thread));
            }
        });
        assert_eq!(gate.open(), 0);
    }
}
