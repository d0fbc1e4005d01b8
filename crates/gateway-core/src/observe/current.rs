//! Whose flight it is while an observed layer runs.

use std::cell::RefCell;

use super::flight::Flight;

thread_local! {
    static CURRENT: RefCell<Option<Flight>> = const { RefCell::new(None) };
}

/// Runs `action`, a step of the observed layer, as a part of `flight`.
pub(super) fn within<T>(flight: &Flight, action: impl FnOnce() -> T) -> T {
    let _outer = Restore(CURRENT.replace(Some(flight.clone())));
    action()
}

/// The flight that the running step belongs to; `None` in a task that the layer spawned.
pub(super) fn current() -> Option<Flight> {
    CURRENT.with_borrow(Clone::clone)
}

/// Puts the flight of the observed layer further out back, also when the step panics.
struct Restore(Option<Flight>);

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}
