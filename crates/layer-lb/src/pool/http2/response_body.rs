//! The body of a response on its way to the client.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use gateway_core::deadline::Alarm;
use gateway_core::head::framing;
use gateway_core::head::trailers::Announced;
use h2::RecvStream;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body::{Frame, SizeHint};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::super::deadline::Deadline;
use super::super::trailers;
use super::exchange::{Exchange, Outgoing};
use super::pace::Pace;
use super::slot::Slot;

/// The body of a response on its way to the client; it holds the stream until it has ended. It reads from the
/// endpoint only as fast as it is read, passes on no trailers but those that may, and being dropped it cancels
/// the exchange.
#[derive(Debug)]
pub(super) struct ResponseBody {
    announced: Announced,
    /// What the endpoint has still to send, where it has said how much there is.
    left: Option<u64>,
    /// `None` once the body has ended, in one way or the other.
    open: Option<Open>,
    deadline: Deadline,
    /// Since when nothing has come.
    silence: Option<Instant>,
}

/// A response that has not ended.
#[derive(Debug)]
struct Open {
    stream: RecvStream,
    _rest: Rest,
    pace: Option<Arc<Pace>>,
    alarm: Alarm,
    /// After the streams: it is free when they have ended.
    slot: Slot,
}

/// What is left of what goes to the endpoint when the response has begun. Dropped, it cancels what is not sent.
#[derive(Debug)]
enum Rest {
    /// All is on its way.
    Sent { _outgoing: Outgoing },
    /// More is to come of it, whether or not the response is read: a client may want to send first.
    Sending(AbortHandle),
}

/// Why a response's body ended early. The client sees it cut short, and no more.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResponseBodyError {
    #[error("the endpoint cut the response short")]
    CutShort(#[source] h2::Error),
    #[error("the endpoint was silent for too long")]
    Silent,
}

impl Rest {
    fn of(outgoing: Outgoing) -> Self {
        let mut upload = match outgoing {
            Outgoing::Upload(upload) if !upload.is_over() => upload,
            _outgoing => return Self::Sent { _outgoing },
        };
        upload.forget();
        let task = tokio::spawn(async move {
            // A client that fails is shown to the endpoint by the end of the stream.
            if poll_fn(|cx| upload.poll(cx)).await.is_ok() {
                // What is sent may not be written yet, so that there is something to cancel.
                pending::<()>().await;
            }
        });
        Self::Sending(task.abort_handle())
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        if let Self::Sending(task) = self {
            task.abort();
        }
    }
}

impl ResponseBody {
    /// The body that comes in `stream` after a head with `fields`.
    pub(super) fn wrap(
        stream: RecvStream,
        fields: &HeaderMap,
        exchange: Exchange,
        deadline: Deadline,
    ) -> Body {
        if stream.is_end_stream() {
            return Body::empty();
        }
        let (outgoing, pace, alarm, slot) = exchange.into_parts();
        let length = fields.get(CONTENT_LENGTH);
        Body::new(Self {
            announced: Announced::by(fields),
            left: length.and_then(framing::length),
            open: Some(Open {
                stream,
                _rest: Rest::of(outgoing),
                pace,
                alarm,
                slot,
            }),
            deadline,
            silence: None,
        })
    }

    fn poll_data(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ResponseBodyError>>> {
        let Some(open) = &mut self.open else {
            return Poll::Ready(None);
        };
        loop {
            let data = match open.stream.poll_data(cx) {
                Poll::Ready(Some(Ok(data))) => data,
                Poll::Ready(Some(Err(error))) => {
                    return Poll::Ready(Some(Err(ResponseBodyError::CutShort(error))));
                }
                Poll::Ready(None) => break,
                Poll::Pending => return Poll::Pending,
            };
            // Fails where the stream has ended meanwhile; then nobody waits for it.
            let _ = open.stream.flow_control().release_capacity(data.len());
            if let Some(left) = &mut self.left {
                *left = left.saturating_sub(data.len() as u64);
            }
            if !data.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
        }
        let trailers = open.stream.poll_trailers(cx);
        trailers.map(|trailers| match trailers {
            Ok(trailers) => {
                let trailers = Frame::trailers(trailers?);
                Some(Ok(trailers))
            }
            Err(error) => Some(Err(ResponseBodyError::CutShort(error))),
        })
    }

    /// Ready once nothing has passed in either direction for too long.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let silence = *self.silence.get_or_insert_with(Instant::now);
        let Some(open) = &mut self.open else {
            return Poll::Pending;
        };
        let last_part = open.pace.as_ref().map_or(silence, |pace| pace.last_moved());
        let deadline = self.deadline.silence(silence, last_part);
        open.alarm.poll_until(deadline, cx)
    }

    /// Ends the body with `error` and cancels the exchange.
    fn fail(
        &mut self,
        error: ResponseBodyError,
    ) -> Option<Result<Frame<Bytes>, ResponseBodyError>> {
        tracing::debug!(
            error = &error as &dyn std::error::Error,
            "a response is cut short"
        );
        if let Some(open) = self.open.take() {
            let counters = open.slot.connection().counters();
            match &error {
                ResponseBodyError::CutShort(error) if is_ours(error) => {
                    counters.request_body_failed.increment();
                }
                ResponseBodyError::CutShort(_) => counters.cut_short.increment(),
                ResponseBodyError::Silent => counters.idle_timed_out.increment(),
            }
        }
        Some(Err(error))
    }
}

/// Whether it was we who ended the stream, since the client's body failed.
fn is_ours(error: &h2::Error) -> bool {
    error.is_reset() && !error.is_remote() && !error.is_library()
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = ResponseBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ResponseBodyError>>> {
        match self.poll_data(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.silence = None;
                let has_ended = self
                    .open
                    .as_ref()
                    .is_none_or(|open| open.stream.is_end_stream());
                if frame.is_trailers() || has_ended {
                    self.open = None;
                }
                Poll::Ready(trailers::admit(frame, &self.announced).map(Ok))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(self.fail(error)),
            Poll::Ready(None) => {
                self.open = None;
                Poll::Ready(None)
            }
            Poll::Pending => self
                .poll_silence(cx)
                .map(|()| self.fail(ResponseBodyError::Silent)),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.open.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.open, self.left) {
            (None, _) => SizeHint::with_exact(0),
            (Some(_), Some(left)) => SizeHint::with_exact(left),
            (Some(_), None) => SizeHint::default(),
        }
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        if let Some(open) = &self.open {
            open.slot.connection().counters().cancelled.increment();
        }
    }
}
