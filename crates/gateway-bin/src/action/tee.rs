//! A request body that is read once and seen twice.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use tokio::sync::mpsc;

/// How many frames the copy may lag behind; one frame more and the copy is cut off.
const LAG: usize = 16;

/// Divides `body` into itself and a copy. Reading the first feeds the second; the second never slows the
/// first down, and is cut off with an error when it lags behind.
pub(super) fn tee(body: Body) -> (Body, Body) {
    let (sender, receiver) = mpsc::channel(LAG);
    let hint = body.size_hint();
    let original = Original {
        body,
        copy: Some(sender),
    };
    let copy = Copy {
        frames: receiver,
        hint,
        complete: false,
    };
    (Body::new(original), Body::new(copy))
}

struct Original {
    body: Body,
    copy: Option<mpsc::Sender<Option<Frame<Bytes>>>>,
}

impl Original {
    /// Passes a frame on to the copy, or the end of the body as `None`.
    fn feed(&mut self, frame: Option<&Frame<Bytes>>) {
        let copied = frame.map(|frame| match (frame.data_ref(), frame.trailers_ref()) {
            (Some(data), _) => Frame::data(data.clone()),
            (None, Some(trailers)) => Frame::trailers(trailers.clone()),
            (None, None) => Frame::data(Bytes::new()),
        });
        let sent = self.copy.as_ref().map(|copy| copy.try_send(copied));
        if !matches!(sent, Some(Ok(()))) {
            self.copy = None;
        }
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
            Poll::Ready(Some(Ok(frame))) => {
                self.feed(Some(frame));
                if self.body.is_end_stream() {
                    self.feed(None);
                }
            }
            Poll::Ready(None) => self.feed(None),
            Poll::Ready(Some(Err(_))) => self.copy = None,
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
    frames: mpsc::Receiver<Option<Frame<Bytes>>>,
    hint: SizeHint,
    complete: bool,
}

impl http_body::Body for Copy {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.complete {
            return Poll::Ready(None);
        }
        match std::task::ready!(self.frames.poll_recv(cx)) {
            Some(Some(frame)) => Poll::Ready(Some(Ok(frame))),
            Some(None) => {
                self.complete = true;
                Poll::Ready(None)
            }
            // Cut off: the copy must not look complete.
            None => Poll::Ready(Some(Err(axum::Error::new(std::io::Error::other(
                "mirror cut off",
            ))))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.hint
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

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
}
