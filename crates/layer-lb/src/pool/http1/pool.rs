//! The pool of an endpoint that speaks HTTP/1.1.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum_core::body::Body;
use gateway_core::deadline::end_of_life;
use gateway_core::facts::Tunnel;
use gateway_core::http1::ResponseHead;
use http::{Response, StatusCode, Version};
use tokio::time::Instant;

use super::super::connector::Connector;
use super::super::deadline::Deadline;
use super::super::gate::{Gate, Turn};
use super::super::sending::Sending;
use super::super::stream::Stream;
use super::super::sweeper::{Sweep, Sweeper};
use super::super::warmer::Warm;
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
            idle: Idle::new(most_idle, keep_alive, Arc::clone(counters)),
            gate: Gate::new(&config.limits),
            idle_timeout,
            max_age: keep_alive.max_age.get(),
            counters: Arc::clone(counters),
            sweeper: OnceLock::new(),
        }
    }

    /// Sends a request over an idle connection or a new one.
    pub(crate) fn exchange(
        self: Arc<Self>,
        sending: Sending,
    ) -> impl Future<Output = Result<Response<Body>, Failure>> + Send {
        let deadline = sending.deadline;
        let mut exchange = Exchange::new(sending);
        async move {
            let mut connection = match self.take(&exchange) {
                Some(connection) => connection,
                None => match self.connect(&exchange).await {
                    Ok(connection) => connection,
                    Err(failure) => return Err(exchange.give_back(failure, &self.counters)),
                },
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
                    let failure = exchange.failure(&error, &connection);
                    return Err(exchange.give_back(failure, &self.counters));
                }
                self.counters.retried.increment();
                if connection.outbox.has_written() {
                    let budget = exchange.flight.endpoint().retry_budget();
                    budget.charge(Instant::now());
                }
                let client = exchange.client();
                let reconnected = self.reconnect(connection.close(), deadline, client).await;
                connection = match reconnected {
                    Ok(connection) => connection,
                    Err(failure) => return Err(exchange.give_back(failure, &self.counters)),
                };
            }
        }
    }

    /// Takes `connection` back, for another request.
    pub(super) fn put(&self, connection: Box<Http1Connection>) {
        self.idle.put(connection);
        self.serve_waiting();
    }

    /// Gives what is idle to those who wait.
    fn serve_waiting(&self) {
        while self.gate.is_waited_at()
            && let Some(connection) = self.idle.take_for_anybody(Instant::now())
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
            self.idle.take(now, exchange.client())
        } else {
            self.idle.take_settled(now, exchange.client())
        }
    }

    /// A new connection for `exchange`, or, where there may be no more, one that has become free. Boxed, since it
    /// is rare and its state is large.
    fn connect<'a>(self: &'a Arc<Self>, exchange: &Exchange) -> Connecting<'a> {
        let deadline = exchange.deadline;
        let is_repeatable = exchange.is_repeatable();
        let client = exchange.client();
        Box::pin(async move {
            let free = || self.idle.take_any();
            let patience = deadline.connect().min(self.connector.deadline());
            let permit = match self.gate.turn(patience, free).await? {
                Turn::Open(permit) => permit,
                Turn::Connection(mut connection) => {
                    let is_ours = connection.client() == client;
                    if is_ours && (is_repeatable || self.idle.does_for_any(&mut connection)) {
                        return Ok(connection);
                    }
                    connection.close()
                }
            };
            self.open(permit, deadline, client).await
        })
    }

    /// A new connection in place of one that was closed.
    fn reconnect<'a>(
        self: &'a Arc<Self>,
        permit: Http1Permit,
        deadline: Deadline,
        client: Option<IpAddr>,
    ) -> Connecting<'a> {
        Box::pin(self.open(permit, deadline, client))
    }

    async fn open(
        self: &Arc<Self>,
        permit: Http1Permit,
        deadline: Deadline,
        client: Option<IpAddr>,
    ) -> Result<Box<Http1Connection>, Failure> {
        let stream = self.connector.connect(deadline.connect(), client).await?;
        Ok(self.begin(stream, permit, client))
    }

    /// Begins to speak over `stream` on behalf of `client`.
    fn begin(
        self: &Arc<Self>,
        stream: Stream,
        permit: Http1Permit,
        client: Option<IpAddr>,
    ) -> Box<Http1Connection> {
        if self.idle.capacity() > 0 {
            self.sweeper
                .get_or_init(|| Sweeper::start(self, self.idle_timeout.min(LONGEST_UNSEEN)));
        }
        let end_of_life = end_of_life(Instant::now(), self.max_age);
        Http1Connection::new(stream, permit, client, end_of_life)
    }

    /// Keeps `stream`, which was opened for no request, for the next one.
    pub(crate) fn adopt(self: &Arc<Self>, stream: Stream) {
        if let Some(permit) = self.gate.try_open() {
            self.keep_fresh(self.begin(stream, permit, None));
        }
    }

    fn keep_fresh(&self, connection: Box<Http1Connection>) {
        self.idle.put_fresh(connection);
        self.serve_waiting();
    }

    /// Closes what is idle, and keeps nothing from now on: the endpoint is to be left alone.
    pub(crate) fn retire(&self) {
        self.idle.retire();
    }

    /// The response with `head`, which came over `connection`.
    fn receive(
        self: Arc<Self>,
        head: ResponseHead,
        mut exchange: Exchange,
        mut connection: Box<Http1Connection>,
    ) -> Result<Response<Body>, Failure> {
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
            let tunnel = Tunnel::new(
                connection.into_tunnel(exchange.flight),
                exchange.deadline.idle(),
            );
            parts.extensions.insert(tunnel);
            return Ok(Response::from_parts(parts, Body::empty()));
        }
        if let Some(time) = keep_alive_hint(&parts.headers) {
            connection.keep_for(time);
        }
        response_head::strip(&mut parts);
        let handed_back = exchange.take_back(parts.status, &parts.headers, &self.counters);
        match handed_back {
            Some(handed_back) => _ = parts.extensions.insert(handed_back),
            None => {
                exchange.upload.forget();
                // The space of the request's head serves the answer and the next head over this connection.
                parts.extensions = exchange.space_for_facts();
                connection.reuse(std::mem::take(&mut exchange.head.headers));
            }
        }
        let keeps_alive = head.keeps_alive && head.version == Version::HTTP_11;
        let lease = Lease::new(connection, self, keeps_alive, exchange.flight);
        let (upload, deadline) = (exchange.upload, exchange.deadline);
        let body = ResponseBody::wrap(head.body, &parts.headers, lease, upload, deadline);
        Ok(Response::from_parts(parts, body))
    }
}

impl Warm for Http1Pool {
    fn open_connections(&self) -> usize {
        self.gate.open()
    }

    async fn open_one(self: Arc<Self>) -> Result<(), Failure> {
        let Some(permit) = self.gate.try_open() else {
            return Ok(());
        };
        let deadline = self.connector.deadline();
        let stream = self.connector.connect(deadline, None).await?;
        self.keep_fresh(self.begin(stream, permit, None));
        Ok(())
    }
}

impl Sweep for Http1Pool {
    fn sweep(&self, now: Instant) {
        self.idle.sweep(now);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::wishes::Wishes;
    use super::*;
    use crate::flight::Flight;
    use crate::time_limits::TimeLimits;
    use crate::upstream::Upstream;

    #[tokio::test]
    async fn an_exchange_is_small() {
        let url = "http://127.0.0.1".parse().unwrap();
        let config = UpstreamConfig::new([]);
        let connector = Connector::new(&url, None, &config, Arc::default());
        let pool = Http1Pool::new(connector, &config, &Arc::default());
        let pool = Arc::new(pool);
        let deadline = Deadline::begin(Instant::now(), TimeLimits::default(), None);
        let request = http::Request::new(Body::empty());
        let config = UpstreamConfig::new(["http://127.0.0.1".parse().unwrap()]);
        let upstream = Upstream::build("test", &config).unwrap();
        let flight = Flight::begin(Arc::clone(&upstream.endpoints()[0]));
        let sending = Sending {
            request,
            wishes: Wishes::default(),
            deadline,
            flight,
            comeback: None,
        };
        let size = size_of_val(&pool.exchange(sending));
        assert!(
            size <= 1024,
            "{size} bytes are allocated and moved for each request"
        );
    }
}
