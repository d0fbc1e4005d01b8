//! One place where a service runs.

use std::sync::Arc;

use axum_core::body::Body;
use gateway_core::contract::ResponseFuture;
use gateway_core::facts::ServedBy;
use gateway_core::rejection::Format;
use http::{HeaderValue, Request};

use crate::answer::Answer;
use crate::chosen_endpoint::ChosenEndpoint;
use crate::config::{EndpointConfig, EndpointUrl, Protocol, UpstreamConfig};
use crate::counters::UpstreamCounters;
use crate::health::EndpointHealth;
use crate::load::Load;
use crate::pool::{Connector, Http1Pool, Http2Pool, Wishes};
use crate::request_head;

/// One place where a service runs, with the connections to it. Whatever becomes known of it (its health, its
/// latency, how much it has to do) belongs here, where all routes see it.
#[derive(Debug)]
pub struct Endpoint {
    served_by: ServedBy,
    /// For requests that name no host.
    authority: HeaderValue,
    url: EndpointUrl,
    pool: Pool,
    load: Load,
    upstream_load: Arc<Load>,
    health: EndpointHealth,
    counters: Arc<UpstreamCounters>,
}

#[derive(Debug)]
enum Pool {
    Http1(Arc<Http1Pool>),
    Http2(Arc<Http2Pool>),
}

impl Endpoint {
    /// The endpoint `config` of the upstream `name`, which is described by `upstream`, and counts in
    /// `counters` and `upstream_load`.
    pub(crate) fn new(
        name: &Arc<str>,
        config: &EndpointConfig,
        upstream: &UpstreamConfig,
        counters: &Arc<UpstreamCounters>,
        upstream_load: &Arc<Load>,
    ) -> Self {
        let connector = Connector::new(
            config.url.address().clone(),
            upstream.timeout.connect.get(),
            Arc::clone(counters),
        );
        let pool = match upstream.protocol {
            Protocol::Http1 => Pool::Http1(Arc::new(Http1Pool::new(connector, upstream, counters))),
            Protocol::Http2 => Pool::Http2(Arc::new(Http2Pool::new(connector, upstream, counters))),
        };
        let authority = config.url.authority();
        Self {
            served_by: ServedBy {
                upstream: Arc::clone(name),
                endpoint: authority.into(),
            },
            // A URL's authority is ASCII by construction.
            authority: HeaderValue::try_from(authority).unwrap_or(HeaderValue::from_static("")),
            url: config.url.clone(),
            pool,
            load: Load::default(),
            upstream_load: Arc::clone(upstream_load),
            health: EndpointHealth::default(),
            counters: Arc::clone(counters),
        }
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        &self.served_by.endpoint
    }

    /// How many requests are in flight here.
    pub fn in_flight(&self) -> usize {
        self.load.in_flight()
    }

    /// Where it listens, by which it is known when the endpoints of its upstream change.
    pub(crate) fn url(&self) -> &EndpointUrl {
        &self.url
    }

    /// How much it has to do.
    pub(crate) fn load(&self) -> &Load {
        &self.load
    }

    /// How much all endpoints of its upstream have to do.
    pub(crate) fn upstream_load(&self) -> &Load {
        &self.upstream_load
    }

    /// What is known of its health.
    pub(crate) fn health(&self) -> &EndpointHealth {
        &self.health
    }

    /// What a response from here carries.
    pub(crate) fn served_by(&self) -> &ServedBy {
        &self.served_by
    }

    /// Where it is counted what happens here.
    pub(crate) fn counters(&self) -> &UpstreamCounters {
        &self.counters
    }

    /// Makes `request` what is sent here: the target, the host and the framing that the protocol wants, without
    /// the fields that concern the client's connection alone. Sends nothing.
    ///
    /// A request that names no host gets that of the endpoint. Over HTTP/2 the host stands in the target.
    ///
    /// ```
    /// use axum_core::body::Body;
    /// use http::{HeaderMap, Request};
    /// use layer_lb::{Upstream, UpstreamConfig};
    ///
    /// let config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
    /// let upstream = Upstream::build("orders", &config)?;
    /// let mut request = Request::put("/orders/42")
    ///     .header("expect", "100-continue")
    ///     .body(Body::from("{}"))?;
    /// upstream.endpoints()[0].prepare(&mut request);
    /// assert_eq!(request.headers().len(), 2);
    /// assert_eq!(request.headers()["host"], "10.0.0.5:9000");
    /// assert_eq!(request.headers()["content-length"], "2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare(&self, request: &mut Request<Body>) {
        match self.pool {
            Pool::Http1(_) => request_head::for_http1(request, &self.authority),
            Pool::Http2(_) => request_head::for_http2(request, &self.authority),
        }
    }

    /// Sends `request` to the endpoint that was `chosen`; the future is its response, of whatever kind.
    pub(crate) fn send(mut request: Request<Body>, chosen: ChosenEndpoint) -> ResponseFuture {
        let deadline = chosen.deadline();
        let flight = chosen.into_flight();
        let endpoint = Arc::clone(flight.endpoint());
        let format = Format::of(request.headers());
        let wishes = Wishes::take(&mut request);
        endpoint.prepare(&mut request);
        match &endpoint.pool {
            Pool::Http1(pool) => {
                let exchange = Arc::clone(pool).exchange(request, wishes, deadline, flight);
                Box::pin(Answer::new(exchange, endpoint, format))
            }
            Pool::Http2(pool) => {
                let exchange = Arc::clone(pool).exchange(request, wishes, deadline, flight);
                Box::pin(Answer::new(exchange, endpoint, format))
            }
        }
    }
}
