//! The body of a request on its way to an endpoint.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use gateway_core::head::trailers::Announced;
use http::Request;
use http_body::{Frame, SizeHint};
use hyper::client::conn::TrySendError;

use super::progress::Progress;
use super::trailers;

/// The body of a request on its way to an endpoint; it reports its [`Progress`], can be aborted, and passes on
/// no trailers but those that may.
///
/// Without an abort a connection whose response has ended stays open until the client has sent the rest
/// of a body that nobody reads (hyper#4176).
#[derive(Debug)]
pub(crate) struct RequestBody {
    body: Body,
    announced: Announced,
    /// `None` where there is nothing to send.
    progress: Option<Arc<Progress>>,
}

/// What an exchange comes to if not to a response; holds the request where none of it was sent.
pub(super) type ExchangeError = TrySendError<Request<RequestBody>>;

/// Why a request's body ended early. The endpoint never sees it, its connection is cut.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestBodyError {
    #[error("the client's request body failed")]
    Client(#[source] axum_core::Error),
    #[error("the response has ended before the request body")]
    Aborted,
}

impl RequestBody {
    /// Wraps the body of `request`, whose progress goes into `progress`.
    pub(crate) fn wrap(request: Request<Body>, progress: &Arc<Progress>) -> Request<Self> {
        let has_body = !http_body::Body::is_end_stream(request.body());
        progress.restart(has_body);
        let announced = if has_body {
            Announced::by(request.headers())
        } else {
            Announced::default()
        };
        request.map(|body| Self {
            body,
            announced,
            progress: has_body.then(|| Arc::clone(progress)),
        })
    }

    /// The body as it was, of a request that was never sent.
    pub(crate) fn into_inner(self) -> Body {
        self.body
    }
}

impl http_body::Body for RequestBody {
    type Data = Bytes;
    type Error = RequestBodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, RequestBodyError>>> {
        let Self {
            body,
            announced,
            progress,
        } = &mut *self;
        let Some(progress) = progress else {
            return Poll::Ready(None);
        };
        if progress.is_aborted() {
            return Poll::Ready(Some(Err(RequestBodyError::Aborted)));
        }
        match Pin::new(&mut *body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                progress.frame_passed();
                if frame.is_trailers() || has_ended(body) {
                    progress.sent();
                }
                Poll::Ready(trailers::admit_request(frame, announced).map(Ok))
            }
            Poll::Ready(Some(Err(error))) => {
                progress.failed();
                Poll::Ready(Some(Err(RequestBodyError::Client(error))))
            }
            Poll::Ready(None) => {
                progress.sent();
                Poll::Ready(None)
            }
            Poll::Pending if progress.is_aborted_or_wakes(cx.waker()) => {
                Poll::Ready(Some(Err(RequestBodyError::Aborted)))
            }
            Poll::Pending => {
                progress.starved();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.progress.is_none() || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Whether the last byte is through. An HTTP/2 client may end its stream in a frame of its own, which a
/// connection that counts `Content-Length` does not wait for.
fn has_ended(body: &Body) -> bool {
    use http_body::Body as _;
    body.is_end_stream() || body.size_hint().exact() == Some(0)
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use http_body_util::{BodyExt, Full, channel::Channel};

    use super::*;

    fn wrap(body: Body) -> (RequestBody, Arc<Progress>) {
        let progress = Arc::new(Progress::new());
        let request = RequestBody::wrap(Request::new(body), &progress);
        (request.into_body(), progress)
    }

    #[tokio::test]
    async fn a_body_is_sent_with_its_last_frame() {
        let (mut body, progress) = wrap(Body::new(Full::new(Bytes::from_static(b"all"))));
        assert!(!progress.is_sent());
        body.frame().await.unwrap().unwrap();
        assert!(progress.is_sent());
    }

    #[test]
    fn no_body_is_sent_from_the_start() {
        let (_, progress) = wrap(Body::empty());
        assert!(progress.is_sent());
    }

    #[tokio::test]
    async fn an_abort_wakes_the_body_and_ends_it() {
        let (_open, channel) = Channel::<Bytes, std::io::Error>::new(1);
        let (mut body, progress) = wrap(Body::new(channel));
        let polled = tokio::spawn(async move { body.frame().await });
        tokio::task::yield_now().await;
        progress.abort();
        let frame = polled.await.unwrap();
        assert!(matches!(frame, Some(Err(RequestBodyError::Aborted))));
        assert!(!progress.has_failed() && !progress.is_sent());
    }

    #[tokio::test]
    async fn a_client_owes_what_was_asked_for_and_did_not_come() {
        let (mut open, channel) = Channel::<Bytes, std::io::Error>::new(1);
        let (mut body, progress) = wrap(Body::new(channel));
        let poll = |body: &mut RequestBody| {
            let mut cx = Context::from_waker(Waker::noop());
            http_body::Body::poll_frame(Pin::new(body), &mut cx)
        };
        assert!(!progress.awaits_client(), "nobody has asked yet");
        assert!(poll(&mut body).is_pending());
        assert!(progress.awaits_client());
        open.send_data(Bytes::from("part")).await.unwrap();
        assert!(poll(&mut body).is_ready());
        assert!(!progress.awaits_client(), "the part is being sent");
        assert!(poll(&mut body).is_pending());
        drop(open);
        assert!(poll(&mut body).is_ready());
        assert!(!progress.awaits_client(), "nothing is left to send");
    }

    #[tokio::test]
    async fn a_failing_client_is_told_from_a_failing_endpoint() {
        let (open, channel) = Channel::<Bytes, std::io::Error>::new(1);
        open.abort(std::io::Error::other("malformed chunk"));
        let (mut body, progress) = wrap(Body::new(channel));
        assert!(body.frame().await.unwrap().is_err());
        assert!(progress.has_failed());
    }
}
