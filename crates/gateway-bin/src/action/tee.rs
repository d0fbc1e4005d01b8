//! A request body that is read once and seen twice.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};

use super::lag::{End, Lag};

/// Divides `body` into itself and a copy. Reading the first feeds the second; the second never slows the
/// first down, and is cut off with an error when it lags behind.
pub(super) fn tee(body: Body) -> (Body, Body) {
    let lag = Arc::new(Lag::default());
    let copy = Copy {
        lag: Arc::clone(&lag),
        hint: body.size_hint(),
    };
    let original = Original {
        body,
        copy: Some(lag),
    };
    (Body::new(original), Body::new(copy))
}

struct Original {
    body: Body,
    /// The copy, as long as it wants more.
    copy: Option<Arc<Lag>>,
}

impl Original {
    fn feed(&mut self, frame: &Frame<Bytes>) {
        let copied = match (frame.data_ref(), frame.trailers_ref()) {
            (Some(data), _) => Frame::data(data.clone()),
            (None, Some(trailers)) => Frame::trailers(trailers.clone()),
            (None, None) => Frame::data(Bytes::new()),
        };
        let is_last = self.body.is_end_stream();
        // Nobody else holds the queue of a copy that was dropped.
        let wants_more =
            |copy: &Arc<Lag>| Arc::strong_count(copy) > 1 && copy.push(copied, is_last);
        self.copy = self.copy.take().filter(wants_more);
    }

    fn end(&mut self, end: End) {
        if let Some(copy) = self.copy.take() {
            copy.end(end);
        }
    }
}

impl Drop for Original {
    fn drop(&mut self) {
        self.end(End::CutOff);
    }
}

impl http_body::Body for Original {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => self.feed(frame),
            Poll::Ready(Some(Err(_))) => self.end(End::CutOff),
            Poll::Ready(None) => self.end(End::Complete),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

struct Copy {
    lag: Arc<Lag>,
    /// How much is left to read.
    hint: SizeHint,
}

impl http_body::Body for Copy {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Poll::Ready(match std::task::ready!(self.lag.poll_next(cx)) {
            Ok(frame) => {
                let read = frame.data_ref().map_or(0, Bytes::len);
                self.hint = without(&self.hint, read as u64);
                Some(Ok(frame))
            }
            Err(End::Complete) => None,
            Err(End::CutOff) => {
                let error = io::Error::other("mirror cut off");
                Some(Err(axum::Error::new(error)))
            }
        })
    }

    /// An HTTP/1 connection is used again only where the end is known with the last byte.
    fn is_end_stream(&self) -> bool {
        self.lag.is_complete()
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}

/// What is left of `hint` once `read` bytes were read.
fn without(hint: &SizeHint, read: u64) -> SizeHint {
    let mut rest = SizeHint::new();
    rest.set_lower(hint.lower().saturating_sub(read));
    if let Some(upper) = hint.upper() {
        rest.set_upper(upper.saturating_sub(read));
    }
    rest
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn both_see_the_same() {
        let (original, copy) = tee(Body::from("hello"));
        assert_eq!(to_bytes(original, 64).await.unwrap(), "hello");
        assert_eq!(to_bytes(copy, 64).await.unwrap(), "hello");
    }

    #[tokio::test]
    async fn a_copy_whose_original_was_dropped_is_cut_off() {
        let (original, copy) = tee(Body::from("hello"));
        drop(original);
        assert!(to_bytes(copy, 64).await.is_err());
    }

    #[tokio::test]
    async fn a_copy_that_was_read_has_nothing_left() {
        let (mut original, mut copy) = tee(Body::from("hello"));
        assert_eq!(copy.size_hint().exact(), Some(5));
        original.frame().await.unwrap().unwrap();
        assert!(!copy.is_end_stream());
        copy.frame().await.unwrap().unwrap();
        assert_eq!(copy.size_hint().exact(), Some(0));
        assert!(copy.is_end_stream());
    }
}
