//! The idle connections of an endpoint.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::http1_connection::Http1Connection;

/// The idle connections to one endpoint. The one used last is taken first, so that after a burst the rest
/// grow old and are closed.
#[derive(Debug)]
pub(super) struct Idle {
    /// In the order in which they became idle.
    stack: Mutex<Vec<Http1Connection>>,
    capacity: usize,
    timeout: Duration,
}

impl Idle {
    /// Keeps up to `capacity` connections for up to `timeout` each.
    pub(super) fn new(capacity: usize, timeout: Duration) -> Self {
        Self {
            stack: Mutex::default(),
            capacity,
            timeout,
        }
    }

    /// How long a connection is kept.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The youngest connection that looks good for one more request.
    pub(super) async fn take(&self, now: Instant) -> Option<Http1Connection> {
        loop {
            let mut connection = self.pop()?;
            if !self.is_too_old(&connection, now) && connection.probe() && connection.ready().await
            {
                return Some(connection);
            }
        }
    }

    /// Keeps `connection`, or closes it where there are enough.
    pub(super) fn put(&self, mut connection: Http1Connection) {
        connection.idle_since = Instant::now();
        let mut stack = self.stack();
        if stack.len() < self.capacity {
            stack.push(connection);
        }
    }

    /// Closes the connections that are too old or that the endpoint has closed.
    pub(super) fn sweep(&self, now: Instant) {
        let is_spent = |connection: &mut Http1Connection| {
            self.is_too_old(connection, now) || !connection.probe()
        };
        // Closing them takes longer than the lock should be held.
        let spent: Vec<Http1Connection> = self.stack().extract_if(.., is_spent).collect();
        drop(spent);
    }

    fn pop(&self) -> Option<Http1Connection> {
        self.stack().pop()
    }

    fn is_too_old(&self, connection: &Http1Connection, now: Instant) -> bool {
        now.saturating_duration_since(connection.idle_since) >= self.timeout
    }

    fn stack(&self) -> MutexGuard<'_, Vec<Http1Connection>> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
