//! Those who wait for a connection.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::sync::oneshot;

/// Those who wait for a `T`, first come first served, and no more of them than a limit.
#[derive(Debug)]
pub(super) struct Queue<T> {
    waiting: Mutex<VecDeque<oneshot::Sender<T>>>,
    /// As long as the queue, so that one look costs no lock.
    length: AtomicUsize,
    limit: usize,
}

/// One who waits; dropped, the place in the queue is lost.
#[derive(Debug)]
#[must_use = "nobody waits who is dropped"]
pub(super) struct Place<T>(oneshot::Receiver<T>);

/// Too many wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

impl<T> Queue<T> {
    /// Nobody waits; up to `limit` may.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            waiting: Mutex::default(),
            length: AtomicUsize::new(0),
            limit,
        }
    }

    /// A place at the end.
    pub(super) fn join(&self) -> Result<Place<T>, Full> {
        let mut waiting = self.lock();
        if waiting.len() >= self.limit {
            // Those who gave up are only noticed when their turn comes.
            waiting.retain(|place| !place.is_closed());
            if waiting.len() >= self.limit {
                return Err(Full);
            }
        }
        Ok(self.append(waiting))
    }

    /// A place at the end, however many wait.
    pub(super) fn join_beyond_limit(&self) -> Place<T> {
        self.append(self.lock())
    }

    fn append(&self, mut waiting: MutexGuard<'_, VecDeque<oneshot::Sender<T>>>) -> Place<T> {
        let (sender, receiver) = oneshot::channel();
        waiting.push_back(sender);
        self.length.store(waiting.len(), Ordering::SeqCst);
        Place(receiver)
    }

    /// Whether there may be somebody who waits.
    pub(super) fn is_waited_in(&self) -> bool {
        self.length.load(Ordering::SeqCst) > 0
    }

    /// Gives `turn` to the first who waits; returns it where nobody does.
    pub(super) fn serve(&self, mut turn: T) -> Option<T> {
        while self.is_waited_in() {
            let Some(first) = self.pop() else { break };
            match first.send(turn) {
                Ok(()) => return None,
                Err(returned) => turn = returned,
            }
        }
        Some(turn)
    }

    fn pop(&self) -> Option<oneshot::Sender<T>> {
        let mut waiting = self.lock();
        let first = waiting.pop_front();
        self.length.store(waiting.len(), Ordering::SeqCst);
        first
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<oneshot::Sender<T>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Future for Place<T> {
    /// `None` where the queue is gone.
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(ready!(Pin::new(&mut self.0).poll(cx)).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn first_come_first_served() {
        let queue = Queue::new(2);
        assert_eq!(queue.serve(0), Some(0));
        let (first, second) = (queue.join().unwrap(), queue.join().unwrap());
        assert_eq!((queue.serve(1), queue.serve(2)), (None, None));
        assert_eq!((first.await, second.await), (Some(1), Some(2)));
        assert!(!queue.is_waited_in());
    }

    #[tokio::test]
    async fn whoever_gives_up_neither_takes_a_turn_nor_a_place() {
        let queue = Queue::new(2);
        let (first, second) = (queue.join().unwrap(), queue.join().unwrap());
        assert_eq!(queue.join().unwrap_err(), Full);
        drop(first);
        let third = queue.join().unwrap();
        drop(second);
        assert_eq!(queue.serve(1), None);
        assert_eq!(third.await, Some(1));
    }

    #[tokio::test]
    async fn nobody_waits_for_what_is_gone() {
        let queue = Queue::<u8>::new(1);
        let place = queue.join().unwrap();
        drop(queue);
        assert_eq!(place.await, None);
    }
}
