//! How far the body of a request has come.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::time::Instant;

const SENDING: u8 = 0;
const SENT: u8 = 1;
const FAILED: u8 = 2;
const ABORTED: u8 = 3;

/// How far the body of a request has come: written by the connection that sends it, read by whoever awaits
/// the response. An HTTP/1 connection keeps one for all its requests.
#[derive(Debug)]
pub(crate) struct Progress {
    stage: AtomicU8,
    /// Whether the connection has asked for the next part of the body and got none yet.
    is_starved: AtomicBool,
    epoch: Instant,
    /// Microseconds from `epoch` to the last frame.
    last_frame: AtomicU64,
    /// Whom to wake when the body is to be aborted.
    sender: Mutex<Option<Waker>>,
}

impl Progress {
    /// A request of which nothing is left to send.
    pub(crate) fn new() -> Self {
        Self {
            stage: AtomicU8::new(SENT),
            is_starved: AtomicBool::new(false),
            epoch: Instant::now(),
            last_frame: AtomicU64::new(0),
            sender: Mutex::new(None),
        }
    }

    /// The next request begins, with a body or without one.
    pub(crate) fn restart(&self, has_body: bool) {
        self.is_starved.store(false, Ordering::Relaxed);
        self.set(if has_body { SENDING } else { SENT });
    }

    /// A part of the body went to the connection.
    pub(crate) fn frame_passed(&self) {
        let elapsed = u64::try_from(self.epoch.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.last_frame.store(elapsed, Ordering::Relaxed);
        self.is_starved.store(false, Ordering::Relaxed);
    }

    /// The connection could send more of the body than the client has sent so far.
    pub(crate) fn starved(&self) {
        self.is_starved.store(true, Ordering::Relaxed);
    }

    /// Whether the client owes the next part of its body. An endpoint that does not read keeps the connection
    /// from asking for it.
    pub(crate) fn awaits_client(&self) -> bool {
        self.stage.load(Ordering::Acquire) == SENDING && self.is_starved.load(Ordering::Relaxed)
    }

    /// When the last part of a body went to the connection.
    pub(crate) fn last_frame(&self) -> Instant {
        self.epoch + Duration::from_micros(self.last_frame.load(Ordering::Relaxed))
    }

    /// The body came to its end.
    pub(crate) fn sent(&self) {
        self.set(SENT);
    }

    /// Whether the whole request went to the connection.
    pub(crate) fn is_sent(&self) -> bool {
        self.stage.load(Ordering::Acquire) == SENT
    }

    /// The client did not send its body as it should have.
    pub(crate) fn failed(&self) {
        self.set(FAILED);
    }

    /// Whether it was the client whose body failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.stage.load(Ordering::Acquire) == FAILED
    }

    /// Ends a body that is still being sent: nobody needs it any more.
    pub(crate) fn abort(&self) {
        let aborted =
            self.stage
                .compare_exchange(SENDING, ABORTED, Ordering::AcqRel, Ordering::Acquire);
        if aborted.is_ok()
            && let Some(sender) = self.waker().take()
        {
            sender.wake();
        }
    }

    /// Whether the body is to end here; if not, `sender` is woken when it is.
    pub(crate) fn is_aborted_or_wakes(&self, sender: &Waker) -> bool {
        match &mut *self.waker() {
            Some(known) => known.clone_from(sender),
            none => *none = Some(sender.clone()),
        }
        self.is_aborted()
    }

    /// Whether the body is to end here.
    pub(crate) fn is_aborted(&self) -> bool {
        self.stage.load(Ordering::Acquire) == ABORTED
    }

    fn set(&self, stage: u8) {
        self.stage.store(stage, Ordering::Release);
    }

    fn waker(&self) -> std::sync::MutexGuard<'_, Option<Waker>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
