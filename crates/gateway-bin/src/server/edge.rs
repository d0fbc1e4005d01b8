//! One request: its head is checked, its route found, the route's stack run.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arc_swap::ArcSwap;
use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::Response;
use gateway_core::facts::MatchedRoute;
use gateway_core::head::{Forwarding, TrustedProxies};
use gateway_core::rejection::{Format, Rejection};
use http::request::Parts;
use http::{Method, Request, header};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;

use super::activity::{Activity, InFlight};
use super::catch_panic::{CatchPanic, catch_panic};
use crate::admission;
use crate::compose::{Route, RoutingTable};
use crate::rejection;

/// Where requests enter: the routing table of the moment. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Edge(Arc<ArcSwap<RoutingTable>>);

impl Edge {
    /// Routes by `table`.
    pub fn new(table: RoutingTable) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(table)))
    }
}

/// The edge as one connection's requests see it; a service for hyper.
#[derive(Clone, Debug)]
pub(super) struct ConnectionEdge {
    edge: Edge,
    forwarding: Forwarding,
    trusted: Arc<TrustedProxies>,
    activity: Activity,
}

impl ConnectionEdge {
    pub(super) fn new(
        edge: Edge,
        forwarding: Forwarding,
        trusted: Arc<TrustedProxies>,
        activity: Activity,
    ) -> Self {
        Self {
            edge,
            forwarding,
            trusted,
            activity,
        }
    }

    /// Brings the head into its one form, with the facts of the connection, and finds the route.
    fn admit(&self, parts: &mut Parts, in_flight: &InFlight) -> Result<Arc<Route>, Rejection> {
        let table = self.edge.0.load();
        in_flight.check_raw_head()?;
        // 1. The head is brought into its one form, with the facts of the connection.
        let authority =
            admission::admit(parts, table.head_policy(), &self.forwarding, &self.trusted)?;
        // 2. The route is found by host, path and the rest.
        match table.find(parts, authority.host()) {
            Some((route, matched)) => {
                parts.extensions.insert::<MatchedRoute>(matched);
                Ok(route)
            }
            None => Err(match table.allowed_methods(parts, authority.host()) {
                Some(allow) => rejection::method_not_allowed(allow),
                None => rejection::no_route(),
            }),
        }
    }
}

impl hyper::service::Service<Request<Incoming>> for ConnectionEdge {
    type Response = http::Response<EdgeBody>;
    type Error = Infallible;
    type Future = EdgeFuture;

    fn call(&self, request: Request<Incoming>) -> EdgeFuture {
        let in_flight = self.activity.request();
        let (mut parts, incoming) = request.into_parts();
        let format = Format::of(&parts.headers);
        let is_head = parts.method == Method::HEAD;
        let answer = CatchPanic::new(format, || match self.admit(&mut parts, &in_flight) {
            // 3. The route's stack answers: gateway-wide layers, the route's layers, its action.
            Ok(route) => {
                let body = if incoming.is_end_stream() {
                    Body::empty()
                } else {
                    Body::new(incoming)
                };
                route.respond(Request::from_parts(parts, body))
            }
            Err(rejection) => Box::pin(std::future::ready(Ok(rejection.into_response(format)))),
        });
        EdgeFuture {
            answer,
            is_head,
            in_flight: Some(in_flight),
        }
    }
}

/// The future of the edge.
pub(super) struct EdgeFuture {
    answer: CatchPanic,
    is_head: bool,
    in_flight: Option<InFlight>,
}

impl Future for EdgeFuture {
    type Output = Result<http::Response<EdgeBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Poll::Ready(Ok::<Response, Infallible>(mut response)) =
            Pin::new(&mut self.answer).poll(cx)
        else {
            return Poll::Pending;
        };
        if let Some(rejection) = response.extensions().get::<Rejection>() {
            log(rejection);
        }
        if self.is_head {
            without_body(&mut response);
        }
        let in_flight = self.in_flight.take();
        Poll::Ready(Ok(response.map(|body| EdgeBody {
            body,
            _in_flight: in_flight,
        })))
    }
}

/// Makes of an answer the answer to HEAD: the same head, no body (RFC 9110, section 9.3.2). What an upstream
/// answered to HEAD is so already; what the gateway answers itself is not.
fn without_body(response: &mut Response) {
    if response.body().is_end_stream() {
        return;
    }
    if let Some(length) = response.body().size_hint().exact() {
        let headers = response.headers_mut();
        headers
            .entry(header::CONTENT_LENGTH)
            .or_insert_with(|| length.into());
    }
    *response.body_mut() = Body::empty();
}

/// The cause of a refusal goes to the log alone. What clients do wrong they can do often: that is no warning.
fn log(rejection: &Rejection) {
    let (code, cause) = (rejection.code().as_str(), rejection.cause());
    let is_of_the_client = rejection.code().area() == "request";
    if rejection.status().is_server_error() && !is_of_the_client {
        tracing::warn!(code, cause, "{}", rejection.detail());
    } else {
        tracing::debug!(code, cause, "{}", rejection.detail());
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
