//! A place among the requests in flight.

use crate::load::Load;

/// A place among the requests in flight of an upstream, held from its admission until the
/// [`Flight`](crate::flight::Flight) counts it: between the two nobody else is let in for it, so that a limit is never exceeded.
#[derive(Debug)]
#[must_use = "the place is given up when it is dropped"]
pub(crate) struct Seat<'a>(Option<&'a Load>);

impl<'a> Seat<'a> {
    /// Where no limit is, none is counted.
    pub(crate) fn uncounted() -> Self {
        Self(None)
    }

    /// A place in `load`, if fewer than `room` are taken; says how many are then.
    pub(super) fn take(load: &'a Load, room: usize) -> Result<(Self, usize), usize> {
        load.begin_below(room)
            .map(|taken| (Self(Some(load)), taken))
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if let Some(load) = self.0 {
            load.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn never_more_than_there_is_room_for() {
        let (load, most, taken) = (Load::default(), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20_000 {
                        if let Ok((_seat, seats)) = Seat::take(&load, 3) {
                            most.fetch_max(seats, Ordering::Relaxed);
                            taken.fetch_add(1, Ordering::Relaxed);
                            std::hint::spin_loop();
                        }
                    }
                });
            }
        });
        assert!(most.into_inner() <= 3);
        assert!(taken.into_inner() >= 20_000);
        assert_eq!(load.in_flight(), 0);
        let first = Seat::take(&load, 1).unwrap();
        assert_eq!(Seat::take(&load, 1).err(), Some(1));
        drop(first);
        assert!(Seat::take(&load, 1).is_ok());
        assert_eq!(Seat::take(&load, 0).err(), Some(0));
    }
}
