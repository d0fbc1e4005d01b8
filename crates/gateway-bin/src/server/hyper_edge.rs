//! The edge as a service for hyper.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use gateway_core::rejection::Format;
use http::Request;
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;

use super::activity::{Activity, InFlight};
use super::catch_panic::catch_panic;
use super::edge::{ConnectionEdge, EdgeFuture};

/// The edge as a service for hyper.
#[derive(Clone, Debug)]
pub(super) struct HyperEdge {
    edge: ConnectionEdge,
    activity: Activity,
}

impl HyperEdge {
    pub(super) fn new(edge: ConnectionEdge, activity: Activity) -> Self {
        Self { edge, activity }
    }
}

impl hyper::service::Service<Request<Incoming>> for HyperEdge {
    type Response = http::Response<EdgeBody>;
    type Error = Infallible;
    type Future = HyperFuture;

    fn call(&self, request: Request<Incoming>) -> HyperFuture {
        let in_flight = self.activity.request();
        let (parts, incoming) = request.into_parts();
        let answer = match in_flight.check_raw_head() {
            Ok(()) => {
                let body = if incoming.is_end_stream() {
                    Body::empty()
                } else {
                    Body::new(incoming)
                };
                Answer::Edge(self.edge.respond(parts, body))
            }
            Err(rejection) => {
                Answer::Refused(Some(rejection.into_response(Format::of(&parts.headers))))
            }
        };
        HyperFuture {
            answer,
            in_flight: Some(in_flight),
        }
    }
}

enum Answer {
    Edge(EdgeFuture),
    Refused(Option<http::Response<Body>>),
}

/// The future of the edge.
pub(super) struct HyperFuture {
    answer: Answer,
    in_flight: Option<InFlight>,
}

impl Future for HyperFuture {
    type Output = Result<http::Response<EdgeBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = match &mut self.answer {
            Answer::Edge(future) => ready!(Pin::new(future).poll(cx)),
            Answer::Refused(response) => response.take().unwrap_or_default(),
        };
        let in_flight = self.in_flight.take();
        Poll::Ready(Ok(response.map(|body| EdgeBody {
            body,
            _in_flight: in_flight,
        })))
    }
}

/// A response body; while it lives, its connection is busy.
pub(super) struct EdgeBody {
    body: Body,
    _in_flight: Option<InFlight>,
}

impl http_body::Body for EdgeBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        catch_panic(|| Pin::new(&mut self.body).poll_frame(cx)).unwrap_or_else(|| {
            self.body = Body::empty();
            Poll::Ready(Some(Err(axum::Error::new("a layer panicked"))))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
