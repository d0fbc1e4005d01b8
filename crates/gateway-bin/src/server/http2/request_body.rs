//! The body of a request.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::intake::Intake;
use super::reply::Reply;
use super::request_pace::RequestPace;

/// The body of a request. What is read of it gives the client room to send more.
pub(super) struct RequestBody {
    intake: Intake,
    /// What `Content-Length` leaves to come.
    left: Option<u64>,
    data_ended: bool,
    /// `None` where the client may take its time.
    pace: Option<Arc<RequestPace>>,
    reply: Arc<Reply>,
    /// The client waits for a word before it sends the body.
    is_held_back: bool,
}

/// Why a request's body ended early.
#[derive(Debug)]
pub(super) enum BodyError {
    /// The client has reset the stream, sent what is not allowed, or gone.
    Lost(h2::Error),
    /// It came too slowly.
    TooSlow,
}

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Lost(_) => "the stream of the request has ended early",
            Self::TooSlow => "the request's body came too slowly",
        })
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lost(error) => Some(error),
            Self::TooSlow => None,
        }
    }
}

impl RequestBody {
    /// The body that comes in by `intake`, of `length` bytes where that is known.
    pub(super) fn new(intake: Intake, length: Option<u64>, reply: &Arc<Reply>) -> Self {
        Self {
            intake,
            left: length,
            data_ended: false,
            pace: None,
            reply: Arc::clone(reply),
            is_held_back: false,
        }
    }

    /// Notes in `pace` how slowly it comes.
    pub(super) fn paced(mut self, pace: &Arc<RequestPace>) -> Self {
        self.pace = Some(Arc::clone(pace));
        self
    }

    /// Tells the client to send it once it is asked for.
    pub(super) fn held_back(mut self) -> Self {
        self.is_held_back = true;
        self
    }

    fn poll_stream(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        if !self.data_ended {
            match ready!(self.intake.poll_data(cx)) {
                Some(Ok(bytes)) => {
                    self.intake.release(bytes.len());
                    if let Some(left) = &mut self.left {
                        *left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                    }
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.data_ended = true,
            }
        }
        let trailers = ready!(self.intake.poll_trailers(cx))?;
        Poll::Ready(trailers.map(Frame::trailers).map(Ok))
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if !self.intake.is_end_stream() {
            self.reply.leave_unread(self.intake.flow_control());
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if std::mem::take(&mut self.is_held_back) {
            self.reply.proceed();
        }
        let polled = self.poll_stream(cx);
        if let Some(pace) = &self.pace {
            match &polled {
                Poll::Ready(Some(Ok(frame))) => pace.came(frame.data_ref().map_or(0, Bytes::len)),
                Poll::Ready(_) => pace.came(0),
                Poll::Pending if pace.waits(cx.waker()) => {
                    return Poll::Ready(Some(Err(BodyError::TooSlow)));
                }
                Poll::Pending => {}
            }
        }
        polled.map_err(BodyError::Lost)
    }

    fn is_end_stream(&self) -> bool {
        self.intake.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.left
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
