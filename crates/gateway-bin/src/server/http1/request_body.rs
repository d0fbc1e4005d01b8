//! The body of a request, as the stack sees it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::client_io::ClientIo;
use super::incoming::{BodyError, State};
use super::wire::Shared;

/// The body of a request. It reads from the connection when it is polled, wherever that is, and only as long as the
/// request is under way.
#[derive(Debug)]
pub(super) struct RequestBody<I: ClientIo> {
    shared: Arc<Shared<I>>,
    /// Which request of the connection it belongs to.
    request: u64,
    /// How many bytes are to come, where that is known.
    remaining: Option<u64>,
    is_ended: bool,
}

impl<I: ClientIo> RequestBody<I> {
    pub(super) fn new(shared: Arc<Shared<I>>, request: u64, remaining: Option<u64>) -> Self {
        Self {
            shared,
            request,
            remaining,
            is_ended: false,
        }
    }
}

impl<I: ClientIo> Body for RequestBody<I> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        if this.is_ended {
            return Poll::Ready(None);
        }
        let mut wire = this.shared.lock();
        if wire.request != this.request {
            this.is_ended = true;
            return Poll::Ready(Some(Err(BodyError::Over)));
        }
        let frame = ready!(wire.poll_body(cx));
        this.remaining = wire.body.remaining();
        this.is_ended = wire.body.state != State::Read;
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.is_ended
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl<I: ClientIo> Drop for RequestBody<I> {
    fn drop(&mut self) {
        if self.is_ended {
            return;
        }
        let mut wire = self.shared.lock();
        if wire.request == self.request && wire.body.state == State::Read {
            wire.body.abandon();
            wire.waker.wake_by_ref();
        }
    }
}
