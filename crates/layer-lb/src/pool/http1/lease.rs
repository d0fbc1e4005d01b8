//! A connection in the hands of a response that is still being read.

use std::sync::Arc;

use super::connection::Http1Connection;
use super::pool::Http1Pool;
use super::response_body::ResponseBodyError;
use super::upload::Upload;
use crate::flight::Flight;

/// A connection in the hands of a response that is still being read. Dropped before its end, it closes the
/// connection, which cancels the exchange.
#[derive(Debug)]
pub(super) struct Lease {
    connection: Box<Http1Connection>,
    pool: Arc<Http1Pool>,
    /// Whether the endpoint keeps the connection open.
    keeps_alive: bool,
    /// The request that it is lent to.
    _flight: Flight,
}

impl Lease {
    /// Lends `connection` to `flight`; it returns to `pool` where it `keeps_alive`.
    pub(super) fn new(
        connection: Box<Http1Connection>,
        pool: Arc<Http1Pool>,
        keeps_alive: bool,
        flight: Flight,
    ) -> Self {
        Self {
            connection,
            pool,
            keeps_alive,
            _flight: flight,
        }
    }

    /// What was lent.
    pub(super) fn connection(&mut self) -> &mut Http1Connection {
        &mut self.connection
    }

    /// The response has ended. The connection returns, but not where the request has not ended too: nobody reads
    /// the rest of it.
    pub(super) fn end(self, upload: &Upload) {
        if self.keeps_alive && upload.is_sent() {
            self.pool.put(self.connection);
        }
    }

    /// The response broke off.
    pub(super) fn fail(self, error: &ResponseBodyError) {
        let counters = self.pool.counters();
        match error {
            ResponseBodyError::Fault(_) | ResponseBodyError::Broken(_) => {
                counters.cut_short.increment();
            }
            ResponseBodyError::Upload(_) => counters.request_body_failed.increment(),
            ResponseBodyError::Silent => counters.idle_timed_out.increment(),
        }
    }

    /// Nobody wants the rest of the response.
    pub(super) fn cancel(self) {
        self.pool.counters().cancelled.increment();
    }
}
