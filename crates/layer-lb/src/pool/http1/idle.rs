//! The idle connections of an endpoint.

use std::collections::VecDeque;
use std::mem::take;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::connection::Http1Connection;
use super::trust::Trust;
use crate::config::KeepAliveConfig;
use crate::counters::UpstreamCounters;

/// A connection that has been idle for so long holds no space: it was a burst that needed it.
const LONG: Duration = Duration::from_secs(1);

/// The idle connections to one endpoint.
#[derive(Debug)]
pub(super) struct Idle {
    shelf: Mutex<Shelf>,
    capacity: usize,
    timeout: Duration,
    /// How many requests a connection may serve.
    most_requests: u64,
    counters: Arc<UpstreamCounters>,
}

#[derive(Debug, Default)]
struct Shelf {
    /// In the order in which they became idle.
    connections: VecDeque<Box<Http1Connection>>,
    /// Those that have served no request yet, in the order in which they were opened.
    fresh: VecDeque<Box<Http1Connection>>,
    trust: Trust,
    /// Nothing is kept any more.
    is_retired: bool,
}

/// What is closed once the lock is open again: it takes longer than the lock should be held. So it must be
/// declared before the lock is taken.
type Spent = Vec<Box<Http1Connection>>;

impl Idle {
    /// Keeps up to `capacity` connections, each as `keep_alive` says.
    pub(super) fn new(
        capacity: usize,
        keep_alive: &KeepAliveConfig,
        counters: Arc<UpstreamCounters>,
    ) -> Self {
        Self {
            shelf: Mutex::default(),
            capacity,
            timeout: keep_alive.timeout.get(),
            most_requests: match keep_alive.max_requests {
                0 => u64::MAX,
                most => most,
            },
            counters,
        }
    }

    /// How many connections are kept.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// A connection for a request that can be repeated: the youngest that looks well, so that after a burst the
    /// rest grow old and are closed. It is one that belongs to `client`, or to nobody where none is named.
    pub(super) fn take(
        &self,
        now: Instant,
        client: Option<IpAddr>,
    ) -> Option<Box<Http1Connection>> {
        self.take_where(now, |connection| connection.client() == client)
    }

    /// The same, whomever it belongs to.
    pub(super) fn take_for_anybody(&self, now: Instant) -> Option<Box<Http1Connection>> {
        self.take_where(now, |_| true)
    }

    fn take_where(
        &self,
        now: Instant,
        does: impl Fn(&Http1Connection) -> bool,
    ) -> Option<Box<Http1Connection>> {
        let mut spent = Spent::new();
        let mut shelf = self.shelf();
        let Shelf {
            connections, trust, ..
        } = &mut *shelf;
        // At once the last one, unless connections belong to clients.
        while let Some(place) = connections.iter().rposition(|connection| does(connection))
            && let Some(mut connection) = connections.remove(place)
        {
            if self.is_good(&mut connection, trust, now) {
                return Some(connection);
            }
            spent.push(connection);
        }
        self.take_fresh(&mut shelf, &mut spent, now)
    }

    /// One that has served no request yet; such belong to nobody.
    fn take_fresh(
        &self,
        shelf: &mut Shelf,
        spent: &mut Spent,
        now: Instant,
    ) -> Option<Box<Http1Connection>> {
        while let Some(mut connection) = shelf.fresh.pop_back() {
            if self.is_good(&mut connection, &mut shelf.trust, now)
                && connection.is_quiet_in_kernel()
            {
                return Some(connection);
            }
            spent.push(connection);
        }
        None
    }

    /// A connection for a request that must not be handled twice: the youngest that has been idle for as long as
    /// the endpoint's conduct demands, and of which the kernel knows no end either. Older ones are nearer to the end
    /// of the endpoint's patience.
    pub(super) fn take_settled(
        &self,
        now: Instant,
        client: Option<IpAddr>,
    ) -> Option<Box<Http1Connection>> {
        let mut spent = Spent::new();
        let mut shelf = self.shelf();
        let Shelf {
            connections, trust, ..
        } = &mut *shelf;
        loop {
            let settling = trust.settling();
            let settled = connections.partition_point(|connection| {
                now.saturating_duration_since(connection.idle_since()) >= settling
            });
            let mut settled = connections.range(..settled);
            let place = settled.rposition(|connection| connection.client() == client);
            let Some(mut connection) = place.and_then(|place| connections.remove(place)) else {
                break;
            };
            if self.is_good(&mut connection, trust, now) {
                if connection.is_quiet_in_kernel() {
                    return Some(connection);
                }
                self.found_closed(trust, connection.known_open(), now);
            }
            spent.push(connection);
        }
        self.take_fresh(&mut shelf, &mut spent, now)
    }

    /// The oldest connection, for whoever may not open another one unless it is closed.
    pub(super) fn take_any(&self) -> Option<Box<Http1Connection>> {
        let mut shelf = self.shelf();
        let oldest = shelf.connections.pop_front();
        oldest.or_else(|| shelf.fresh.pop_front())
    }

    /// Whether `connection`, which has just been idle for a moment or not at all, does for a request that must not
    /// be handled twice: where there are no more, that is better than to open a new one for each.
    pub(super) fn does_for_any(&self, connection: &mut Http1Connection) -> bool {
        self.shelf().trust.is_proven() && connection.is_quiet_in_kernel()
    }

    /// Keeps `connection`, or closes it where it has ended already, is too old or there are enough.
    pub(super) fn put(&self, mut connection: Box<Http1Connection>) {
        let mut shelf = self.shelf();
        // Read under the lock, so that they stand in order.
        let now = Instant::now();
        connection.rest(now);
        if connection.is_aged(now) || connection.served() >= self.most_requests {
            self.counters.aged.increment();
        } else if !connection.is_quiet(now) {
            self.found_closed(&mut shelf.trust, Duration::ZERO, now);
        } else if shelf.has_room(self.capacity) {
            shelf.connections.push_back(connection);
        }
    }

    /// Keeps `connection`, which has served no request yet.
    pub(super) fn put_fresh(&self, mut connection: Box<Http1Connection>) {
        let mut shelf = self.shelf();
        connection.rest(Instant::now());
        if shelf.has_room(self.capacity) {
            shelf.fresh.push_back(connection);
        }
    }

    /// Closes all connections, and keeps none from now on.
    pub(super) fn retire(&self) {
        let mut shelf = self.shelf();
        shelf.is_retired = true;
        let spent = (take(&mut shelf.connections), take(&mut shelf.fresh));
        drop(shelf);
        drop(spent);
    }

    /// A request, which is counted already, found out that the endpoint had closed `connection`.
    pub(super) fn was_closed(&self, connection: &Http1Connection) {
        if connection.served() > 1 {
            let now = Instant::now();
            self.shelf().trust.closed(connection.known_open(), now);
        }
    }

    /// Closes the connections that are too old or that the endpoint has closed.
    pub(super) fn sweep(&self, now: Instant) {
        let mut spent = Spent::new();
        let mut shelf = self.shelf();
        let Shelf {
            connections,
            fresh,
            trust,
            ..
        } = &mut *shelf;
        for connections in [connections, fresh] {
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
        // What one does before its first response says nothing of what comes after one.
        let is_telling = connection.served() > 0;
        if connection.is_quiet(now) {
            if is_telling {
                trust.kept_open(connection.idle_since(), now);
            }
            return true;
        }
        if is_telling {
            self.found_closed(trust, known_open, now);
        } else {
            self.counters.stale.increment();
        }
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

impl Shelf {
    /// Whether one more is kept where there is room for `capacity`.
    fn has_room(&self, capacity: usize) -> bool {
        !self.is_retired && self.connections.len() + self.fresh.len() < capacity
    }
}
