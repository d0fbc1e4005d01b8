//! The body of a response on its way to the client.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use gateway_core::head::trailers::Announced;
use http::HeaderMap;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::deadline::Deadline;
use super::lease::Lease;
use super::trailers;

/// The body of a response on its way to the client; it holds the connection until it has ended. It reads
/// from the endpoint only as fast as it is read, passes on no trailers but those that may, and being dropped
/// it cancels the exchange.
#[derive(Debug)]
pub(super) struct ResponseBody {
    body: Incoming,
    announced: Announced,
    /// `None` once the body has ended, in one way or the other.
    lease: Option<Lease>,
    deadline: Deadline,
    /// Since when nothing has come.
    silence: Option<Instant>,
}

/// Why a response's body ended early. The client sees it cut short, and no more.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResponseBodyError {
    #[error("the endpoint cut the response short")]
    CutShort(#[source] hyper::Error),
    #[error("the endpoint ended the response before its length")]
    Incomplete,
    #[error("the endpoint was silent for too long")]
    Silent,
}

impl ResponseBody {
    /// The `body` that comes after `head` over the connection in `lease`.
    pub(super) fn wrap(
        body: Incoming,
        head: &HeaderMap,
        lease: impl Into<Lease>,
        deadline: Deadline,
    ) -> Body {
        let lease = lease.into();
        if body.is_end_stream() {
            lease.end();
            return Body::empty();
        }
        Body::new(Self {
            body,
            announced: Announced::by(head),
            lease: Some(lease),
            deadline,
            silence: None,
        })
    }

    fn end(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.end();
        }
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
        self.lease = None;
        Some(Err(error))
    }

    /// Ready once nothing has come for too long.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let silence = *self.silence.get_or_insert_with(Instant::now);
        match &mut self.lease {
            Some(lease) => lease.poll_silence(silence, self.deadline, cx),
            None => Poll::Pending,
        }
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = ResponseBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ResponseBodyError>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.silence = None;
                if frame.is_trailers() || self.body.is_end_stream() {
                    self.end();
                }
                Poll::Ready(trailers::admit(frame, &self.announced).map(Ok))
            }
            Poll::Ready(Some(Err(error))) => {
                Poll::Ready(self.fail(ResponseBodyError::CutShort(error)))
            }
            // An endpoint may reset a stream and call that no error.
            Poll::Ready(None) if self.body.size_hint().lower() > 0 => {
                Poll::Ready(self.fail(ResponseBodyError::Incomplete))
            }
            Poll::Ready(None) => {
                self.end();
                Poll::Ready(None)
            }
            Poll::Pending => self
                .poll_silence(cx)
                .map(|()| self.fail(ResponseBodyError::Silent)),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
