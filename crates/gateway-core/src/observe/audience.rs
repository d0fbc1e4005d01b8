//! Many who wait for one thing that remembers a single waker.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Everybody who waits for one future or body. Such a thing wakes only who polled it last; polled through an
/// audience it wakes all of them.
#[derive(Default)]
pub(super) struct Audience(Mutex<Vec<Waker>>);

impl Audience {
    /// Polls for the task of `cx`, which is woken when anybody here gets something.
    pub(super) fn poll<T>(
        self: &Arc<Self>,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.leave(cx.waker());
        self.waiting().push(cx.waker().clone());
        let everybody = Waker::from(Arc::clone(self));
        let polled = poll(&mut Context::from_waker(&everybody));
        if polled.is_ready() {
            self.leave(cx.waker());
            self.wake_by_ref();
        }
        polled
    }

    fn leave(&self, waker: &Waker) {
        self.waiting().retain(|waiting| !waiting.will_wake(waker));
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Audience {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let waiting = std::mem::take(&mut *self.waiting());
        waiting.into_iter().for_each(Waker::wake);
    }
}
