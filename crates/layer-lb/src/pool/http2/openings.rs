//! The attempt to open a connection.

use std::sync::{Mutex, PoisonError};

use tokio::task::AbortHandle;

/// The attempt to open a connection, one at a time. It is a task that belongs to none of those who wait for it,
/// so that the first of them to give up takes nothing from the others; it ends when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Openings(Mutex<Option<AbortHandle>>);

impl Openings {
    /// Begins an attempt, unless one is under way or, as is asked when none is, it is not needed: the last one may
    /// have succeeded since the caller looked.
    pub(super) fn begin<F>(&self, is_needed: impl FnOnce() -> bool, attempt: impl FnOnce() -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_under_way = current.as_ref().is_some_and(|task| !task.is_finished());
        if !is_under_way && is_needed() {
            *current = Some(tokio::spawn(attempt()).abort_handle());
        }
    }

    /// The attempt under way has come to something: the next one may begin.
    pub(super) fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether an attempt is under way.
    pub(super) fn is_under_way(&self) -> bool {
        let current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().is_some_and(|task| !task.is_finished())
    }
}

impl Drop for Openings {
    fn drop(&mut self) {
        let current = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = current.take() {
            task.abort();
        }
    }
}
