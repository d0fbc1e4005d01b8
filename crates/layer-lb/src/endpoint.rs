//! One place where a service runs.

use std::sync::{Arc, Mutex, PoisonError};

use axum_core::body::Body;
use gateway_core::contract::ResponseFuture;
use gateway_core::facts::ServedBy;
use gateway_core::rejection::Format;
use http::{HeaderValue, Request, Response};
use tokio::time::Instant;

use crate::answer::Answer;
use crate::balance::{Measured, PeakEwma, stable_hash};
use crate::chosen_endpoint::ChosenEndpoint;
use crate::config::{EndpointConfig, EndpointUrl};
use crate::counters::UpstreamCounters;
use crate::failure::Failure;
use crate::health::EndpointHealth;
use crate::load::Load;
use crate::pool::{Connections, Connector, Found, Sending, Warmer, Wishes, connector_of_checks};
use crate::request_head;
use crate::retry::{Budget, Comeback};
use crate::surroundings::Surroundings;

/// One place where a service runs, with the connections to it. Whatever becomes known of it (its health, its
/// latency, how much it has to do) belongs here, where all routes see it.
///
/// ```
/// use layer_lb::{Upstream, UpstreamConfig};
///
/// let config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
/// let upstream = Upstream::build("orders", &config)?;
/// let endpoint = &upstream.endpoints()[0];
/// assert_eq!(endpoint.authority(), "10.0.0.5:9000");
/// assert_eq!(endpoint.in_flight(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Endpoint {
    served_by: ServedBy,
    /// For requests that name no host.
    authority: HeaderValue,
    url: EndpointUrl,
    id: u64,
    latency: PeakEwma,
    connections: Connections,
    /// How many connections are held open, and the task that does so.
    warm: usize,
    warmer: Mutex<Warmth>,
    /// Whether connections begin with the client's address.
    tells_client: bool,
    /// What opens connections for health checks, where there are any.
    checks: Option<Connector>,
    load: Load,
    upstream_load: Arc<Load>,
    retry_budget: Arc<Budget>,
    health: EndpointHealth,
    counters: Arc<UpstreamCounters>,
}

/// Whether connections are held open.
#[derive(Debug)]
enum Warmth {
    NotStarted,
    Started { _warmer: Warmer },
    Retired,
}

impl Endpoint {
    /// The endpoint `config` of an upstream. Its `health` is not known yet.
    pub(crate) fn new(
        config: &EndpointConfig,
        surroundings: Surroundings<'_>,
        health: EndpointHealth,
    ) -> Self {
        let Surroundings {
            name,
            config: upstream,
            counters,
            load: upstream_load,
            budget,
            tls,
        } = surroundings;
        let authority = config.url.authority();
        Self {
            served_by: ServedBy {
                upstream: Arc::clone(name),
                endpoint: config.url.name().into(),
            },
            // A URL's authority is ASCII by construction.
            authority: HeaderValue::try_from(authority).unwrap_or(HeaderValue::from_static("")),
            url: config.url.clone(),
            id: stable_hash(config.url.to_string().as_bytes()),
            latency: PeakEwma::default(),
            connections: Connections::new(&config.url, upstream, tls, counters),
            warm: *upstream.keep_alive.warm,
            warmer: Mutex::new(Warmth::NotStarted),
            tells_client: upstream.proxy_protocol.is_some(),
            checks: connector_of_checks(&config.url, upstream, tls, counters),
            load: Load::default(),
            upstream_load: Arc::clone(upstream_load),
            retry_budget: Arc::clone(budget),
            health,
            counters: Arc::clone(counters),
        }
    }

    /// Begins to hold as many connections open as the upstream says, once. Needs a tokio runtime.
    pub(crate) fn start(&self) {
        let mut warmer = self.warmer.lock().unwrap_or_else(PoisonError::into_inner);
        if self.warm > 0 && matches!(*warmer, Warmth::NotStarted) {
            let started = self.connections.keep_warm(self.warm, &self.counters);
            *warmer = Warmth::Started { _warmer: started };
        }
    }

    /// The endpoint belongs to its upstream no more: what is in flight there may finish, and each connection closes
    /// once it has nothing to do.
    pub(crate) fn retire(&self) {
        *self.warmer.lock().unwrap_or_else(PoisonError::into_inner) = Warmth::Retired;
        self.connections.retire();
    }

    /// Host and port, or `unix:` and a path.
    pub fn authority(&self) -> &str {
        &self.served_by.endpoint
    }

    /// What a request that names no host is told to ask for: host and port, or `localhost` for a Unix socket.
    pub fn host(&self) -> &str {
        self.url.authority()
    }

    /// How many requests are in flight here.
    pub fn in_flight(&self) -> usize {
        self.load.in_flight()
    }

    /// Where it listens, by which it is known when the endpoints of its upstream change.
    pub(crate) fn url(&self) -> &EndpointUrl {
        &self.url
    }

    /// What stands for its URL in hashes and cookies.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// What requests take here; known only where the balance of the upstream heeds it.
    pub(crate) fn latency(&self) -> &PeakEwma {
        &self.latency
    }

    /// How often requests to the upstream may be sent more than once.
    pub(crate) fn retry_budget(&self) -> &Budget {
        &self.retry_budget
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

    /// What opens connections for health checks, where there are any.
    pub(crate) fn connector_of_checks(&self) -> Option<&Connector> {
        self.checks.as_ref()
    }

    /// What stands in `Host` where a request names none.
    pub(crate) fn host_field(&self) -> &HeaderValue {
        &self.authority
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
        match self.connections.found() {
            Some(Found::Http2(_)) => self.prepare_http2(request),
            Some(Found::Http1(_)) | None => request_head::for_http1(request, &self.authority),
        }
    }

    fn prepare_http2(&self, request: &mut Request<Body>) {
        request_head::for_http2(request, &self.authority, self.url.is_tls());
    }

    /// Sends `request` to the endpoint that was `chosen`; the future is its response, of whatever kind.
    pub(crate) fn send(mut request: Request<Body>, mut chosen: ChosenEndpoint) -> ResponseFuture {
        let deadline = chosen.deadline();
        let retry = chosen.take_retry();
        let flight = chosen.into_flight();
        let endpoint = Arc::clone(flight.endpoint());
        let format = Format::of(request.headers());
        let mut wishes = Wishes::take(&mut request);
        if endpoint.tells_client {
            wishes = wishes.with_client(&request);
        }
        let comeback = retry.map(|policy| Comeback::take(policy, &wishes, &mut request));
        let mut sending = Sending {
            request,
            wishes,
            deadline,
            flight,
            comeback,
        };
        match endpoint.connections.found() {
            Some(Found::Http1(pool)) => {
                request_head::for_http1(&mut sending.request, &endpoint.authority);
                let exchange = Arc::clone(pool).exchange(sending);
                Box::pin(Answer::new(exchange, endpoint, format))
            }
            Some(Found::Http2(pool)) => {
                endpoint.prepare_http2(&mut sending.request);
                let exchange = Arc::clone(pool).exchange(sending);
                Box::pin(Answer::new(exchange, endpoint, format))
            }
            None => {
                let exchange = Arc::clone(&endpoint).find_out(sending);
                Box::pin(Answer::new(exchange, endpoint, format))
            }
        }
    }

    /// Sends `request` once it is known what the endpoint speaks.
    async fn find_out(self: Arc<Self>, mut sending: Sending) -> Result<Response<Body>, Failure> {
        match self.connections.find(sending.deadline).await {
            Ok(Found::Http1(pool)) => {
                request_head::for_http1(&mut sending.request, &self.authority);
                Arc::clone(pool).exchange(sending).await
            }
            Ok(Found::Http2(pool)) => {
                self.prepare_http2(&mut sending.request);
                Arc::clone(pool).exchange(sending).await
            }
            Err(failure) => Err(sending.give_back(failure, &self.counters)),
        }
    }
}

impl Measured for Endpoint {
    fn in_flight(&self) -> usize {
        self.load.in_flight()
    }

    fn latency(&self, now: Instant) -> Option<f32> {
        self.latency.get(now)
    }
}
