//! One request: its head is checked, its route found, the route's stack run.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arc_swap::ArcSwap;
use axum::body::Body;
use gateway_core::contract::Response;
use gateway_core::facts::{MatchedRoute, Upgrade};
use gateway_core::head::{Forwarding, TrustedProxies};
use gateway_core::rejection::{Format, Rejection};
use http::request::Parts;
use http::{HeaderValue, Method, Request, StatusCode, Version, header};
use http_body::Body as _;

use super::catch_panic::CatchPanic;
use super::{ListenerCounters, RejectionCounters};
use crate::admission;
use crate::compose::{Route, RoutingTable};
use crate::rejection;

/// Where requests enter: the routing table of the moment. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Edge {
    table: Arc<ArcSwap<RoutingTable>>,
    rejections: Arc<RejectionCounters>,
}

impl Edge {
    /// Routes by `table`.
    pub fn new(table: RoutingTable) -> Self {
        Self {
            table: Arc::new(ArcSwap::from_pointee(table)),
            rejections: Arc::default(),
        }
    }

    /// How often which refusal was given.
    pub fn rejections(&self) -> &Arc<RejectionCounters> {
        &self.rejections
    }
}

/// The edge as one connection's requests see it.
#[derive(Clone, Debug)]
pub(super) struct ConnectionEdge {
    edge: Edge,
    forwarding: Forwarding,
    trusted: Arc<TrustedProxies>,
    counters: Arc<ListenerCounters>,
}

impl ConnectionEdge {
    pub(super) fn new(
        edge: Edge,
        forwarding: Forwarding,
        trusted: Arc<TrustedProxies>,
        counters: Arc<ListenerCounters>,
    ) -> Self {
        Self {
            edge,
            forwarding,
            trusted,
            counters,
        }
    }

    /// Answers one request. `body` is empty where there is none.
    pub(super) fn respond(&self, mut parts: Parts, body: Body) -> EdgeFuture {
        let format = Format::of(&parts.headers);
        let is_head = parts.method == Method::HEAD;
        let mut handshake = None;
        let answer = CatchPanic::new(format, || match self.admit(&mut parts) {
            // 3. The route's stack answers: gateway-wide layers, the route's layers, its action.
            Ok(route) => {
                let upgrade = parts.extensions.get();
                handshake = upgrade.map(|Upgrade::WebSocket| parts.version);
                route.respond(Request::from_parts(parts, body))
            }
            Err(rejection) => Box::pin(std::future::ready(Ok(rejection.into_response(format)))),
        });
        EdgeFuture {
            answer,
            is_head,
            handshake,
            rejections: Arc::clone(&self.edge.rejections),
        }
    }

    /// Counts and logs a refusal that a protocol server gives by itself, before there is a request.
    pub(super) fn refused(&self, rejection: &Rejection) {
        self.edge.rejections.count(rejection.code());
        log(rejection);
    }

    /// Brings the head into its one form, with the facts of the connection, and finds the route.
    fn admit(&self, parts: &mut Parts) -> Result<Arc<Route>, Rejection> {
        let table = self.edge.table.load();
        // 1. The head is brought into its one form, with the facts of the connection.
        let admitted =
            admission::admit(parts, table.head_policy(), &self.forwarding, &self.trusted)?;
        if admitted.dropped_fields > 0 {
            let dropped = u64::try_from(admitted.dropped_fields).unwrap_or(u64::MAX);
            self.counters.dropped_fields.add(dropped);
        }
        // 2. The route is found by host, path and the rest.
        let host = admitted.authority.host();
        match table.find(parts, host) {
            Some((route, matched)) => {
                parts.extensions.insert::<MatchedRoute>(matched);
                Ok(route)
            }
            None => Err(match table.allowed_methods(parts, host) {
                Some(allow) => rejection::method_not_allowed(allow),
                None => rejection::no_route(),
            }),
        }
    }
}

/// The future of the edge: the answer to one request, of whatever kind.
pub(super) struct EdgeFuture {
    answer: CatchPanic,
    is_head: bool,
    /// Over which protocol a WebSocket was asked for.
    handshake: Option<Version>,
    rejections: Arc<RejectionCounters>,
}

impl Future for EdgeFuture {
    type Output = Response;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Response> {
        let Poll::Ready(Ok::<Response, Infallible>(mut response)) =
            Pin::new(&mut self.answer).poll(cx)
        else {
            return Poll::Pending;
        };
        if let Some(version) = self.handshake
            && response.status() != StatusCode::SWITCHING_PROTOCOLS
        {
            not_granted(&mut response, version);
        }
        if let Some(rejection) = response.extensions().get::<Rejection>() {
            self.rejections.count(rejection.code());
            log(rejection);
        }
        if self.is_head {
            without_body(&mut response);
        }
        Poll::Ready(response)
    }
}

/// Makes sure that an answer to a handshake over `version` is not taken to grant it.
fn not_granted(response: &mut Response, version: Version) {
    if version == Version::HTTP_11 {
        // A client that did not wait for the answer has sent frames of a WebSocket, which are no request.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    } else if response.status().is_success() {
        // There, any success grants it (RFC 8441, section 5).
        *response = rejection::upgrade_refused().into_response(Format::Problem);
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
