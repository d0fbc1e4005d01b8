//! One place where a service runs.

use std::sync::Arc;

use axum_core::body::Body;
use gateway_core::contract::ResponseFuture;
use gateway_core::facts::ServedBy;
use gateway_core::rejection::Format;
use http::{HeaderValue, Request};

use crate::answer::Answer;
use crate::config::{EndpointConfig, Protocol, UpstreamConfig};
use crate::counters::UpstreamCounters;
use crate::pool::{Connector, Deadline, Http1Pool, Http2Pool, Wishes};
use crate::request_head;
use crate::time_limits::TimeLimits;

/// One place where a service runs, with the connections to it. Whatever becomes known of it (its health, its
/// latency, how much it has to do) belongs here, where all routes see it.
#[derive(Debug)]
pub struct Endpoint {
    served_by: ServedBy,
    /// For requests that name no host.
    authority: HeaderValue,
    weight: u32,
    pool: Pool,
    counters: Arc<UpstreamCounters>,
}

#[derive(Debug)]
enum Pool {
    Http1(Arc<Http1Pool>),
    Http2(Arc<Http2Pool>),
}

impl Endpoint {
    /// The endpoint `config` of the upstream `name`, which is described by `upstream` and counts in `counters`.
    pub(crate) fn new(
        name: &Arc<str>,
        config: &EndpointConfig,
        upstream: &UpstreamConfig,
        counters: &Arc<UpstreamCounters>,
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
            weight: *config.weight,
            pool,
            counters: Arc::clone(counters),
        }
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        &self.served_by.endpoint
    }

    /// Its share of the requests, compared with the other endpoints of its upstream.
    pub fn weight(&self) -> u32 {
        self.weight
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

    /// Sends `request`; the future is its response, of whatever kind.
    pub(crate) fn send(
        self: Arc<Self>,
        mut request: Request<Body>,
        limits: TimeLimits,
    ) -> ResponseFuture {
        let deadline = Deadline::begin(limits);
        let format = Format::of(request.headers());
        let wishes = Wishes::take(&mut request);
        self.prepare(&mut request);
        match &self.pool {
            Pool::Http1(pool) => {
                let exchange = Arc::clone(pool).exchange(request, wishes, deadline);
                Box::pin(Answer::new(exchange, self, format))
            }
            Pool::Http2(pool) => {
                let exchange = Arc::clone(pool).exchange(request, wishes, deadline);
                Box::pin(Answer::new(exchange, self, format))
            }
        }
    }
}
