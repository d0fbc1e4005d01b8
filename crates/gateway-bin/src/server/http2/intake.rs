//! What the client sends on a stream.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Bytes, BytesMut};
use h2::{FlowControl, RecvStream};
use http::HeaderMap;

/// Pieces below this are joined with those that wait behind them,
const SMALL: usize = 256;
/// until they are so large.
const LARGE: usize = 4096;

/// What the client sends on a stream, for the one who reads it. h2 keeps each frame for itself; those that wait for their
/// reader are gathered here, bounded by the window of the stream, which widens only by what is read.
pub(super) struct Intake(Arc<Mutex<State>>);

/// The hold that a connection has on an intake whose reader may be anywhere.
#[derive(Default)]
pub(super) struct Gatherer(Weak<Mutex<State>>);

struct State {
    stream: RecvStream,
    /// What was gathered.
    gathered: BytesMut,
    /// Bytes that were handed out and give the client no room yet.
    owed: usize,
}

impl Intake {
    pub(super) fn new(stream: RecvStream) -> Self {
        Self(Arc::new(Mutex::new(State {
            stream,
            gathered: BytesMut::new(),
            owed: 0,
        })))
    }

    /// What gathers for it, as long as it is there.
    pub(super) fn gatherer(&self) -> Gatherer {
        Gatherer(Arc::downgrade(&self.0))
    }

    /// The next bytes; `None` once there are no more. They give the client no room until they are
    /// [released](Self::release).
    pub(super) fn poll_data(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, h2::Error>>> {
        self.state().poll_data(cx)
    }

    /// The trailers, once there is no more data.
    pub(super) fn poll_trailers(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<HeaderMap>, h2::Error>> {
        self.state().stream.poll_trailers(cx)
    }

    /// Gives the client room for as much as was read.
    pub(super) fn release(&self, length: usize) {
        let mut state = self.state();
        state.owed = state.owed.saturating_sub(length);
        // Fails only where the stream is gone, and with it the window.
        let _ = state.stream.flow_control().release_capacity(length);
    }

    /// Whether all was handed out, and there were no trailers.
    pub(super) fn is_end_stream(&self) -> bool {
        let state = self.state();
        state.gathered.is_empty() && state.stream.is_end_stream()
    }

    /// What keeps the stream open once this is dropped.
    pub(super) fn flow_control(&self) -> FlowControl {
        self.state().stream.flow_control().clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

impl Gatherer {
    /// Gathers what waits in h2.
    pub(super) fn gather(&self) {
        if let Some(state) = self.0.upgrade() {
            lock(&state).gather(usize::MAX);
        }
    }
}

impl State {
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, h2::Error>>> {
        if self.gathered.is_empty() {
            let Some(bytes) = ready!(self.stream.poll_data(cx)?) else {
                return Poll::Ready(None);
            };
            if bytes.len() >= SMALL || self.waiting() == bytes.len() {
                self.owed += bytes.len();
                return Poll::Ready(Some(Ok(bytes)));
            }
            self.gathered.extend_from_slice(&bytes);
        }
        self.gather(LARGE);
        self.owed += self.gathered.len();
        Poll::Ready(Some(Ok(std::mem::take(&mut self.gathered).freeze())))
    }

    /// Takes what waits in h2, until there is `enough`. It wakes nobody: the reader was woken when it came.
    fn gather(&mut self, enough: usize) {
        let mut cx = Context::from_waker(Waker::noop());
        // Never asked for more than there is, h2 does not forget whom it has to wake.
        while self.gathered.len() < enough
            && self.waiting() > self.gathered.len()
            && let Poll::Ready(Some(Ok(bytes))) = self.stream.poll_data(&mut cx)
        {
            self.gathered.extend_from_slice(&bytes);
        }
    }

    /// Bytes that have come and were not handed out.
    fn waiting(&mut self) -> usize {
        let used = self.stream.flow_control().used_capacity();
        used.saturating_sub(self.owed)
    }
}

impl Drop for State {
    /// Other streams need the room, where this one goes on without its reader.
    fn drop(&mut self) {
        let unread = self.gathered.len();
        let _ = self.stream.flow_control().release_capacity(unread);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
