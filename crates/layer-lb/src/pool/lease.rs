//! A connection in the hands of a response that is still being read.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::alarm::Alarm;
use super::deadline::Deadline;
use super::http1::Http1Pool;
use super::http1_connection::Http1Connection;
use super::http2_connection::Http2Connection;
use super::progress::Progress;
use super::request_body::{ExchangeError, RequestBody};

/// A connection in the hands of a response that is still being read. Dropped before the response has ended,
/// it cancels the exchange.
#[derive(Debug)]
pub(super) enum Lease {
    /// The whole connection.
    Http1(Http1Lease),
    /// One stream of a connection.
    Http2(Http2Lease),
}

impl Lease {
    /// The response has ended: the connection is free for another request.
    pub(super) fn end(self) {
        match self {
            Self::Http1(lease) => lease.end(),
            // Dropping the lease aborts what is left of the request's body.
            Self::Http2(lease) => drop(lease),
        }
    }

    /// Ready once nothing has passed in either direction for too long since `silence` began.
    pub(super) fn poll_silence(
        &mut self,
        silence: Instant,
        deadline: Deadline,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let (alarm, progress) = match self {
            Self::Http1(lease) => {
                let connection = &mut lease.connection;
                (&mut connection.alarm, &connection.progress)
            }
            Self::Http2(lease) => (&mut lease.alarm, &lease.progress),
        };
        alarm.poll_until(deadline.silence(silence, progress), cx)
    }
}

/// A connection over HTTP/1.1. Dropped before its end, it closes the connection.
#[derive(Debug)]
pub(super) struct Http1Lease {
    connection: Http1Connection,
    /// Whither the connection returns, where the endpoint keeps it open.
    pool: Option<Arc<Http1Pool>>,
}

impl Http1Lease {
    /// Lends `connection`, which returns to `pool`.
    pub(super) fn new(connection: Http1Connection, pool: Option<Arc<Http1Pool>>) -> Self {
        Self { connection, pool }
    }

    /// Returns the connection. One that is still sending the request's body is closed: nobody reads it.
    fn end(self) {
        if let Some(pool) = self.pool
            && self.connection.progress.is_sent()
        {
            pool.put(self.connection);
        }
    }
}

impl From<Http1Lease> for Lease {
    fn from(lease: Http1Lease) -> Self {
        Self::Http1(lease)
    }
}

/// One stream of a connection over HTTP/2. Dropped, it aborts what is left of the request's body.
#[derive(Debug)]
pub(super) struct Http2Lease {
    connection: Arc<Http2Connection>,
    progress: Arc<Progress>,
    alarm: Alarm,
}

impl Http2Lease {
    /// A stream of `connection` whose request has come as far as `progress` says.
    pub(super) fn new(connection: Arc<Http2Connection>, progress: Arc<Progress>) -> Self {
        Self {
            connection,
            progress,
            alarm: Alarm::default(),
        }
    }

    /// Sends `request`; the future is the head of its response, or `None` where that takes too long.
    pub(super) fn exchange(
        &mut self,
        request: Request<RequestBody>,
        deadline: Deadline,
    ) -> impl Future<Output = Option<Result<Response<Incoming>, ExchangeError>>> + Send {
        let response = self.connection.send(request);
        let progress = &self.progress;
        self.alarm.guard(response, move || deadline.head(progress))
    }
}

impl Drop for Http2Lease {
    fn drop(&mut self) {
        self.progress.abort();
        self.connection.used();
    }
}

impl From<Http2Lease> for Lease {
    fn from(lease: Http2Lease) -> Self {
        Self::Http2(lease)
    }
}
