//! The idle connections of an endpoint.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::connection::Http1Connection;
use super::trust::Trust;
use crate::counters::UpstreamCounters;

/// A connection that has been idle for so long holds no space: it was a burst that needed it.
const LONG: Duration = Duration::from_secs(1);

/// The idle connections to one endpoint.
#[derive(Debug)]
pub(super) struct Idle {
    shelf: Mutex<Shelf>,
    capacity: usize,
    timeout: Duration,
    counters: Arc<UpstreamCounters>,
}

#[derive(Debug, Default)]
struct Shelf {
    /// In the order in which they became idle.
    connections: VecDeque<Box<Http1Connection>>,
    trust: Trust,
    /// Whether nothing is kept any more.
    is_closed: bool,
}

/// What is closed once the lock is open again: it takes longer than the lock should be held. So it must be
/// declared before the lock is taken.
type Spent = Vec<Box<Http1Connection>>;

impl Idle {
    /// Keeps up to `capacity` connections for up to `timeout` each.
    pub(super) fn new(capacity: usize, timeout: Duration, counters: Arc<UpstreamCounters>) -> Self {
        Self {
            shelf: Mutex::default(),
            capacity,
            timeout,
            counters,
        }
    }

    /// How many connections are kept.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// A connection for a request that can be repeated: the youngest that looks well, so that after a burst the
    /// rest grow old and are closed.
    pub(super) fn take(&self, now: Instant) -> Option<Box<Http1Connection>> {
        let mut spent = Spent::new();
        let mut shelf = self.shelf();
        while let Some(mut connection) = shelf.connections.pop_back() {
            if self.is_good(&mut connection, &mut shelf.trust, now) {
                return Some(connection);
            }
            spent.push(connection);
        }
        None
    }

    /// A connection for a request that must not be handled twice: the youngest that has been idle for as long as
    /// the endpoint's conduct demands, and of which the kernel knows no end either. Older ones are nearer to the end
    /// of the endpoint's patience.
    pub(super) fn take_settled(&self, now: Instant) -> Option<Box<Http1Connection>> {
        let mut spent = Spent::new();
        let mut shelf = self.shelf();
        loop {
            let Shelf {
                connections, trust, ..
            } = &mut *shelf;
            let settling = trust.settling();
            let settled = connections.partition_point(|connection| {
                now.saturating_duration_since(connection.idle_since()) >= settling
            });
            let mut connection = connections.remove(settled.checked_sub(1)?)?;
            if self.is_good(&mut connection, trust, now) {
                if connection.is_quiet_in_kernel() {
                    return Some(connection);
                }
                self.found_closed(trust, connection.known_open(), now);
            }
            spent.push(connection);
        }
    }

    /// The oldest connection, for whoever may not open another one unless it is closed.
    pub(super) fn take_any(&self) -> Option<Box<Http1Connection>> {
        self.shelf().connections.pop_front()
    }

    /// Whether `connection`, which has just been idle for a moment or not at all, does for a request that must not
    /// be handled twice: where there are no more, that is better than to open a new one for each.
    pub(super) fn does_for_any(&self, connection: &Http1Connection) -> bool {
        self.shelf().trust.is_proven() && connection.is_quiet_in_kernel()
    }

    /// Keeps `connection`, or closes it where it has ended already, is too old or there are enough.
    pub(super) fn put(&self, mut connection: Box<Http1Connection>) {
        let mut shelf = self.shelf();
        // Read under the lock, so that they stand in order.
        let now = Instant::now();
        connection.rest(now);
        if connection.is_aged(now) {
            self.counters.aged.increment();
        } else if !connection.is_quiet(now) {
            self.found_closed(&mut shelf.trust, Duration::ZERO, now);
        } else if shelf.connections.len() < self.capacity && !shelf.is_closed {
            shelf.connections.push_back(connection);
        }
    }

    /// Closes all connections, and those that come.
    pub(super) fn close(&self) {
        let mut shelf = self.shelf();
        shelf.is_closed = true;
        let spent = std::mem::take(&mut shelf.connections);
        drop(shelf);
        drop(spent);
    }

    /// A request found out that the endpoint had closed `connection`.
    pub(super) fn was_closed(&self, connection: &Http1Connection) {
        let now = Instant::now();
        self.shelf().trust.closed(connection.known_open(), now);
    }

    /// Closes the connections that are too old or that the endpoint has closed.
    pub(super) fn sweep(&self, now: Instant) {
        let mut spent = Spent::new();
        let mut shelf = self.shelf();
        let Shelf {
            connections, trust, ..
        } = &mut *shelf;
        for _ in 0..connections.len() {
            let Some(mut connection) = connections.pop_front() else {
                break;
            };
            if self.is_good(&mut connection, trust, now) {
                if now.saturating_duration_since(connection.idle_since()) >= LONG {
                    connection.shrink();
                }
                connections.push_back(connection);
            } else {
                spent.push(connection);
            }
        }
    }

    /// Whether `connection` can be used or kept, at `now`; what it shows of the endpoint goes into `trust`.
    fn is_good(&self, connection: &mut Http1Connection, trust: &mut Trust, now: Instant) -> bool {
        if connection.is_aged(now) {
            self.counters.aged.increment();
            return false;
        }
        let idle = now.saturating_duration_since(connection.idle_since());
        if idle >= self.timeout.min(connection.kept_for()) {
            return false;
        }
        let known_open = connection.known_open();
        if connection.is_quiet(now) {
            trust.kept_open(connection.idle_since(), now);
            return true;
        }
        self.found_closed(trust, known_open, now);
        false
    }

    fn found_closed(&self, trust: &mut Trust, known_open: Duration, now: Instant) {
        self.counters.stale.increment();
        trust.closed(known_open, now);
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
