//! The pool of an endpoint that speaks HTTP/1.1.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum_core::body::Body;
use gateway_core::deadline::end_of_life;
use gateway_core::facts::Tunnel;
use gateway_core::http1::ResponseHead;
use http::{Request, Response, StatusCode, Version};
use tokio::time::Instant;

use super::super::connector::Connector;
use super::super::deadline::Deadline;
use super::super::gate::{Gate, Turn};
use super::super::sweeper::{Sweep, Sweeper};
use super::super::wishes::Wishes;
use super::connection::{Http1Connection, Http1Permit};
use super::exchange::Exchange;
use super::idle::Idle;
use super::keep_alive_hint::keep_alive_hint;
use super::lease::Lease;
use super::response_body::ResponseBody;
use crate::config::UpstreamConfig;
use crate::counters::UpstreamCounters;
use crate::failure::Failure;
use crate::response_head::{self, MalformedHead};
use crate::websocket_handshake::Handshake;

/// Idle connections are looked at more often than their timeout demands: an endpoint that closes them early is
/// found out, and no socket is kept for long that its endpoint has closed.
const LONGEST_UNSEEN: Duration = Duration::from_secs(2);

/// The connections to an endpoint that speaks HTTP/1.1: as many as there are requests in flight, up to a limit,
/// and idle ones for those to come.
#[derive(Debug)]
pub(crate) struct Http1Pool {
    connector: Connector,
    idle: Idle,
    gate: Arc<Gate<Box<Http1Connection>>>,
    idle_timeout: Duration,
    max_age: Duration,
    counters: Arc<UpstreamCounters>,
    /// Started with the first connection, since it needs a runtime.
    sweeper: OnceLock<Sweeper>,
}

type Connecting<'a> =
    Pin<Box<dyn Future<Output = Result<Box<Http1Connection>, Failure>> + Send + 'a>>;

impl Http1Pool {
    /// No connections yet.
    pub(crate) fn new(
        connector: Connector,
        config: &UpstreamConfig,
        counters: &Arc<UpstreamCounters>,
    ) -> Self {
        let keep_alive = &config.keep_alive;
        let idle_timeout = keep_alive.timeout.get();
        let most_idle = if idle_timeout.is_zero() {
            0
        } else {
            keep_alive.connections
        };
        Self {
            connector,
            idle: Idle::new(most_idle, idle_timeout, Arc::clone(counters)),
            gate: Gate::new(&config.limits),
            idle_timeout,
            max_age: keep_alive.max_age.get(),
            counters: Arc::clone(counters),
            sweeper: OnceLock::new(),
        }
    }

    /// Sends `request` over an idle connection or a new one.
    pub(crate) fn exchange(
        self: Arc<Self>,
        request: Request<Body>,
        wishes: Wishes,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Response<Body>, Failure>> + Send {
        let mut exchange = Exchange::new(request, wishes, deadline);
        async move {
            let mut connection = match self.take(&exchange) {
                Some(connection) => connection,
                None => self.connect(&exchange).await?,
            };
            loop {
                if connection.is_reused() {
                    self.counters.reused.increment();
                }
                exchange.begin(&mut connection);
                let exchanged =
                    poll_fn(|cx| exchange.poll(&mut connection, &self.counters, cx)).await;
                let error = match exchanged {
                    Ok(head) => return self.receive(head, exchange, connection),
                    Err(error) => error,
                };
                let is_stale = error.shows_stale(&connection);
                if is_stale {
                    self.idle.was_closed(&connection);
                }
                if !is_stale || !exchange.begins_anew(&connection) {
                    return Err(exchange.failure(&error, &connection));
                }
                self.counters.retried.increment();
                connection = self.reconnect(connection.close(), deadline).await?;
            }
        }
    }

    /// Takes `connection` back, for another request.
    pub(super) fn put(&self, connection: Box<Http1Connection>) {
        self.idle.put(connection);
        while self.gate.is_waited_at()
            && let Some(connection) = self.idle.take(Instant::now())
            && let Some(unwanted) = self.gate.serve(connection)
        {
            self.idle.put(unwanted);
        }
    }

    /// Where it is counted what happens here.
    pub(super) fn counters(&self) -> &UpstreamCounters {
        &self.counters
    }

    /// An idle connection that does for `exchange`.
    fn take(&self, exchange: &Exchange) -> Option<Box<Http1Connection>> {
        let now = exchange.deadline.start();
        if exchange.is_repeatable() {
            self.idle.take(now)
        } else {
            self.idle.take_settled(now)
        }
    }

    /// A new connection for `exchange`, or, where there may be no more, one that has become free. Boxed, since it
    /// is rare and its state is large.
    fn connect<'a>(self: &'a Arc<Self>, exchange: &Exchange) -> Connecting<'a> {
        let deadline = exchange.deadline;
        let is_repeatable = exchange.is_repeatable();
        Box::pin(async move {
            let free = || self.idle.take_any();
            let patience = deadline.connect().min(self.connector.deadline());
            let permit = match self.gate.turn(patience, free).await? {
                Turn::Open(permit) => permit,
                Turn::Connection(connection)
                    if is_repeatable || self.idle.does_for_any(&connection) =>
                {
                    return Ok(connection);
                }
                Turn::Connection(connection) => connection.close(),
            };
            self.open(permit, deadline).await
        })
    }

    /// A new connection in place of one that was closed.
    fn reconnect<'a>(
        self: &'a Arc<Self>,
        permit: Http1Permit,
        deadline: Deadline,
    ) -> Connecting<'a> {
        Box::pin(self.open(permit, deadline))
    }

    async fn open(
        self: &Arc<Self>,
        permit: Http1Permit,
        deadline: Deadline,
    ) -> Result<Box<Http1Connection>, Failure> {
        let stream = self.connector.connect(deadline.connect()).await?;
        if self.idle.capacity() > 0 {
            self.sweeper
                .get_or_init(|| Sweeper::start(self, self.idle_timeout.min(LONGEST_UNSEEN)));
        }
        let end_of_life = end_of_life(Instant::now(), self.max_age);
        Ok(Http1Connection::new(stream, permit, end_of_life))
    }

    /// The response with `head`, which came over `connection`.
    fn receive(
        self: Arc<Self>,
        head: ResponseHead,
        mut exchange: Exchange,
        mut connection: Box<Http1Connection>,
    ) -> Result<Response<Body>, Failure> {
        exchange.upload.forget();
        let (mut parts, ()) = Response::new(()).into_parts();
        parts.status = head.status;
        parts.headers = head.headers;
        if parts.status == StatusCode::SWITCHING_PROTOCOLS {
            let handshake = exchange.head.extensions.get::<Handshake>();
            let handshake =
                handshake.ok_or_else(|| Failure::malformed(&MalformedHead::SwitchingProtocols))?;
            handshake
                .granted_over_http1(&mut parts)
                .map_err(|error| Failure::malformed(&error))?;
            self.counters.tunnels.increment();
            let tunnel = Tunnel::new(connection.into_tunnel(), exchange.deadline.idle());
            parts.extensions.insert(tunnel);
            return Ok(Response::from_parts(parts, Body::empty()));
        }
        // The space of the request's head serves the answer and the next head over this connection.
        parts.extensions = std::mem::take(&mut exchange.head.extensions);
        parts.extensions.clear();
        connection.reuse(std::mem::take(&mut exchange.head.headers));
        if let Some(time) = keep_alive_hint(&parts.headers) {
            connection.keep_for(time);
        }
        response_head::strip(&mut parts);
        let keeps_alive = head.keeps_alive && head.version == Version::HTTP_11;
        let lease = Lease::new(connection, self, keeps_alive);
        let (upload, deadline) = (exchange.upload, exchange.deadline);
        let body = ResponseBody::wrap(head.body, &parts.headers, lease, upload, deadline);
        Ok(Response::from_parts(parts, body))
    }
}

impl Sweep for Http1Pool {
    fn sweep(&self, now: Instant) {
        self.idle.sweep(now);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::address::Address;
    use super::*;
    use crate::time_limits::TimeLimits;

    #[tokio::test]
    async fn an_exchange_is_small() {
        let address = Address::new("127.0.0.1", 80);
        let connector = Connector::new(address, Duration::ZERO, Arc::default());
        let pool = Http1Pool::new(connector, &UpstreamConfig::new([]), &Arc::default());
        let pool = Arc::new(pool);
        let deadline = Deadline::begin(TimeLimits::default());
        let request = Request::new(Body::empty());
        let size = size_of_val(&pool.exchange(request, Wishes::default(), deadline));
        assert!(
            size <= 1024,
            "{size} bytes are allocated and moved for each request"
        );
    }
}
