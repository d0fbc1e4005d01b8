//! The pool of an endpoint that speaks HTTP/1.1.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum_core::body::Body;
use http::{Request, Response, Version};
use tokio::time::Instant;

use super::connector::Connector;
use super::deadline::Deadline;
use super::http1_connection::Http1Connection;
use super::idle::Idle;
use super::lease::Http1Lease;
use super::request_body::RequestBody;
use super::response_body::ResponseBody;
use super::sweeper::{Sweep, Sweeper};
use crate::failure::Failure;
use crate::response_head;

/// The connections to an endpoint that speaks HTTP/1.1: as many as there are requests in flight, and idle
/// ones for those to come.
#[derive(Debug)]
pub(crate) struct Http1Pool {
    connector: Connector,
    idle: Idle,
    /// Started with the first connection, since it needs a runtime.
    sweeper: OnceLock<Sweeper>,
}

impl Http1Pool {
    /// No connections yet; up to `max_idle` are kept for up to `idle_timeout`.
    pub(crate) fn new(connector: Connector, max_idle: usize, idle_timeout: Duration) -> Self {
        Self {
            connector,
            idle: Idle::new(max_idle, idle_timeout),
            sweeper: OnceLock::new(),
        }
    }

    /// Sends `request` over an idle connection or a new one.
    #[expect(
        clippy::manual_async_fn,
        reason = "an asynchronous function holds its arguments twice, and they are large"
    )]
    pub(crate) fn exchange(
        self: Arc<Self>,
        mut request: Request<Body>,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Response<Body>, Failure>> + Send {
        async move {
            let mut is_reused = true;
            let mut connection = match self.idle.take(deadline.start()).await {
                Some(connection) => connection,
                None => {
                    is_reused = false;
                    self.connect(deadline).await?
                }
            };
            loop {
                let outgoing = RequestBody::wrap(request, &connection.progress);
                let mut error = match connection.exchange(outgoing, deadline).await {
                    Some(Ok(response)) => return self.receive(response, connection, deadline),
                    Some(Err(error)) => error,
                    None => return Err(Failure::timeout(connection.progress.awaits_client())),
                };
                let unsent = error.take_message();
                match unsent {
                    // The endpoint closed the connection while it was idle, and none of it was sent.
                    Some(unsent) if is_reused => {
                        request = unsent.map(RequestBody::into_inner);
                        connection = self.connect(deadline).await?;
                        is_reused = false;
                    }
                    unsent => {
                        let client_failed = connection.progress.has_failed();
                        let error = error.error();
                        return Err(Failure::exchange(error, unsent.is_some(), client_failed));
                    }
                }
            }
        }
    }

    /// Takes `connection` back, for another request.
    pub(super) fn put(&self, connection: Http1Connection) {
        self.idle.put(connection);
    }

    fn receive(
        self: Arc<Self>,
        response: Response<hyper::body::Incoming>,
        connection: Http1Connection,
        deadline: Deadline,
    ) -> Result<Response<Body>, Failure> {
        let (mut head, body) = response.into_parts();
        let keeps_alive = head.version == Version::HTTP_11 && !response_head::closes(&head.headers);
        response_head::admit(&mut head).map_err(|error| Failure::malformed(&error))?;
        let lease = Http1Lease::new(connection, keeps_alive.then_some(self));
        let body = ResponseBody::wrap(body, &head.headers, lease, deadline);
        Ok(Response::from_parts(head, body))
    }

    /// A new connection. Boxed, since it is rare and its state is large.
    fn connect(
        self: &Arc<Self>,
        deadline: Deadline,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Http1Connection, Failure>> + Send + '_>> {
        Box::pin(async move {
            let stream = self.connector.connect(deadline.connect()).await?;
            self.sweeper
                .get_or_init(|| Sweeper::start(self, self.idle.timeout()));
            let connection = Http1Connection::open(stream).await;
            connection.map_err(|error| Failure::connect(&error))
        })
    }
}

impl Sweep for Http1Pool {
    fn sweep(&self, now: Instant) {
        self.idle.sweep(now);
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::Address;
    use super::*;
    use crate::time_limits::TimeLimits;

    #[tokio::test]
    async fn an_exchange_is_small() {
        let connector = Connector::new(Address::new("127.0.0.1", 80), Duration::ZERO);
        let pool = Arc::new(Http1Pool::new(connector, 0, Duration::ZERO));
        let deadline = Deadline::begin(TimeLimits::default());
        let size = size_of_val(&pool.exchange(Request::new(Body::empty()), deadline));
        assert!(
            size <= 1024,
            "{size} bytes are allocated and moved for each request"
        );
    }
}
