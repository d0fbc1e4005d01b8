//! How many clients a listener has, and may have.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many clients a listener has, and may have.
#[derive(Debug)]
pub struct Seats {
    taken: AtomicUsize,
    most: usize,
}

impl Seats {
    /// Seats for `most` clients, none of them taken.
    pub fn new(most: usize) -> Self {
        Self {
            taken: AtomicUsize::new(0),
            most,
        }
    }

    /// How many clients there may be.
    pub fn most(&self) -> usize {
        self.most
    }

    /// How many clients there are.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// A seat, unless all are taken.
    pub(super) fn take(self: &Arc<Self>) -> Option<Seat> {
        let before = self.taken.fetch_add(1, Ordering::Relaxed);
        // Made first, so that a seat that is not there is given back like any other.
        let seat = Seat(Arc::clone(self));
        (before < self.most).then_some(seat)
    }
}

/// The seat of one client, given back when dropped.
#[derive(Debug)]
pub(super) struct Seat(Arc<Seats>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_that_is_given_back_can_be_taken_again() {
        let seats = Arc::new(Seats::new(2));
        let (first, _second) = (seats.take().unwrap(), seats.take().unwrap());
        assert!(seats.take().is_none());
        assert_eq!((seats.taken(), seats.most()), (2, 2));
        drop(first);
        assert_eq!(seats.taken(), 1);
        assert!(seats.take().is_some());
    }
}
