//! The connections to an endpoint that speaks HTTP/2.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use gateway_core::deadline::end_of_life;
use tokio::time::{Instant, timeout_at};

use super::super::connector::Connector;
use super::super::queue::{Place, Queue};
use super::super::sweeper::{Sweep, Sweeper};
use super::connection::Http2Connection;
use super::openings::Openings;
use super::slot::Slot;
use crate::config::UpstreamConfig;
use crate::counters::UpstreamCounters;
use crate::failure::Failure;

/// The connections to an endpoint that speaks HTTP/2, and who waits for a stream of one.
#[derive(Debug)]
pub(crate) struct Http2Pool {
    connector: Arc<Connector>,
    counters: Arc<UpstreamCounters>,
    /// Those that take requests. Whoever removes one lets go of it after the lock.
    connections: Mutex<Vec<Arc<Http2Connection>>>,
    openings: Openings,
    serving: Mutex<()>,
    queue: Queue<Result<Slot, Failure>>,
    max_connections: usize,
    max_idle: usize,
    idle_timeout: Duration,
    max_age: Duration,
    /// Whether no connection is kept for requests to come.
    is_retired: AtomicBool,
    /// Started with the first connection, since it needs a runtime.
    sweeper: OnceLock<Sweeper>,
}

/// What those who wait may hope for.
enum More {
    /// A connection has room.
    Room,
    /// Another connection.
    Open,
    /// What others return.
    Wait,
}

impl Http2Pool {
    /// No connection yet.
    pub(crate) fn new(
        connector: Connector,
        config: &UpstreamConfig,
        counters: &Arc<UpstreamCounters>,
    ) -> Self {
        let keep_alive = &config.keep_alive;
        Self {
            connector: Arc::new(connector),
            counters: Arc::clone(counters),
            connections: Mutex::default(),
            openings: Openings::default(),
            serving: Mutex::default(),
            queue: Queue::new(*config.limits.pending),
            max_connections: *config.limits.connections,
            max_idle: keep_alive.connections,
            idle_timeout: keep_alive.timeout.get(),
            max_age: keep_alive.max_age.get(),
            is_retired: AtomicBool::new(false),
            sweeper: OnceLock::new(),
        }
    }

    /// Closes the connections once the streams on them have ended.
    pub(crate) fn retire(&self) {
        self.is_retired.store(true, Ordering::Relaxed);
        self.prune(Instant::now());
    }

    /// Where it is counted what happens.
    pub(super) fn counters(&self) -> &Arc<UpstreamCounters> {
        &self.counters
    }

    /// One stream of the connection with the fewest, or of a new one, by `deadline` at the latest. It is not one
    /// of `avoided` unless nothing else can be had.
    pub(super) async fn slot(
        self: &Arc<Self>,
        deadline: Instant,
        avoided: Option<&Arc<Http2Connection>>,
    ) -> Result<Slot, Failure> {
        if let Some(slot) = self.free_slot(avoided) {
            return Ok(slot);
        }
        if !self.may_open()
            && let Some(slot) = self.free_slot(None)
        {
            return Ok(slot);
        }
        let deadline = deadline.min(self.connector.deadline());
        self.wait(deadline, avoided.is_some()).await
    }

    /// Waits for a stream. Boxed, since it is rare and its state is large.
    fn wait(
        self: &Arc<Self>,
        deadline: Instant,
        must_be_new: bool,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Slot, Failure>> + Send + '_>> {
        Box::pin(async move {
            let place = self.join()?;
            if must_be_new && self.may_open() {
                self.openings.begin(|| self.may_open(), || self.open());
            } else {
                // A stream that was returned before somebody waited is nobody's.
                self.serve_waiting();
            }
            match timeout_at(deadline, place).await {
                Ok(turn) => turn.unwrap_or_else(|| Err(Failure::abandoned())),
                Err(_) if self.connections().is_empty() => Err(Failure::connect_timeout()),
                Err(_) => Err(Failure::queued_too_long()),
            }
        })
    }

    /// A place in the queue. Whoever waits for a connection that nobody opens yet always gets one.
    fn join(&self) -> Result<Place<Result<Slot, Failure>>, Failure> {
        match self.queue.join() {
            Ok(place) => Ok(place),
            Err(_) if self.connections().is_empty() && !self.openings.is_under_way() => {
                Ok(self.queue.join_beyond_limit())
            }
            Err(_) => Err(Failure::queue_full()),
        }
    }

    /// Gives the streams that are free to those who wait, and opens a connection for the rest. One at a time does
    /// so: a stream that somebody has taken for nobody would be missed by others, who would open one too many.
    pub(super) fn serve_waiting(self: &Arc<Self>) {
        let _serving = self.serving.lock().unwrap_or_else(PoisonError::into_inner);
        while self.queue.is_waited_in() {
            if let Some(slot) = self.free_slot(None) {
                if let Some(Ok(slot)) = self.queue.serve(Ok(slot)) {
                    slot.forgo();
                }
                continue;
            }
            match self.more() {
                // It came between the two looks.
                More::Room => {}
                More::Open => {
                    let is_needed = || matches!(self.more(), More::Open);
                    return self.openings.begin(is_needed, || self.open());
                }
                More::Wait => return,
            }
        }
    }

    /// A stream is free again.
    pub(super) fn stream_released(self: &Arc<Self>) {
        if self.queue.is_waited_in() {
            self.serve_waiting();
        }
    }

    /// A connection has ended.
    pub(super) fn connection_ended(self: &Arc<Self>) {
        self.prune(Instant::now());
        self.stream_released();
    }

    /// One stream of the connection that has the fewest in use, if any has room; rather of one that did not refuse
    /// the last.
    fn free_slot(&self, avoided: Option<&Arc<Http2Connection>>) -> Option<Slot> {
        self.prune(Instant::now());
        let connections = self.connections();
        let connection = connections
            .iter()
            .filter(|connection| avoided.is_none_or(|avoided| !Arc::ptr_eq(avoided, connection)))
            .filter(|connection| connection.has_room())
            .min_by_key(|connection| (connection.has_refused(), connection.streams()))?;
        connection.reserve();
        Some(Slot::new(Arc::clone(connection)))
    }

    /// Whether there may be one more connection, those that have been told to end not counted.
    fn may_open(&self) -> bool {
        self.connections().len() < self.max_connections
    }

    /// What those who wait may hope for.
    fn more(&self) -> More {
        let connections = self.connections();
        // One whose settings are under way may yet have room for all; one that allows no streams says that another
        // would not help.
        let are_settled = connections.iter().all(|connection| connection.is_settled());
        if connections.iter().any(|connection| connection.has_room()) {
            More::Room
        } else if are_settled && connections.len() < self.max_connections {
            More::Open
        } else {
            More::Wait
        }
    }

    /// Lets go of the connections that take no more requests; what is in flight on them goes on.
    fn prune(&self, now: Instant) {
        let mut ended = Vec::new();
        // Requests that had chosen the endpoint before still get what they wait for.
        let is_retired = self.is_retired.load(Ordering::Relaxed) && !self.queue.is_waited_in();
        self.connections().retain(|connection| {
            let is_kept = !connection.is_old(now) && connection.is_open() && !is_retired;
            if !is_kept {
                ended.push(Arc::clone(connection));
            }
            is_kept
        });
        for connection in ended {
            if connection.is_old(now) {
                self.counters.aged.increment();
            } else if connection.streams() == 0 && !is_retired {
                self.counters.stale.increment();
            }
            connection.close();
        }
    }

    /// An attempt for all who wait, within the connector's time and whatever theirs is. It does not hold the
    /// pool, which ends it.
    fn open(self: &Arc<Self>) -> impl Future<Output = ()> + Send + use<> {
        let pool = Arc::downgrade(self);
        let connector = Arc::clone(&self.connector);
        let counters = Arc::clone(&self.counters);
        let end_of_life = end_of_life(Instant::now(), self.max_age);
        async move {
            let opened = async {
                let deadline = connector.deadline();
                let stream = connector.connect(deadline).await?;
                let connection = Http2Connection::open(stream, end_of_life, pool.clone(), counters);
                let connection = timeout_at(deadline, connection).await;
                let connection = connection.map_err(|_| Failure::connect_timeout())?;
                connection.map_err(|error| Failure::connect(&error))
            };
            let opened = opened.await;
            if let Some(pool) = pool.upgrade() {
                pool.opened(opened);
            }
        }
    }

    fn opened(self: &Arc<Self>, opened: Result<Arc<Http2Connection>, Failure>) {
        match opened {
            Ok(connection) => {
                let often = self.idle_timeout.min(self.max_age);
                self.sweeper.get_or_init(|| Sweeper::start(self, often));
                self.connections().push(connection);
                self.openings.end();
                self.serve_waiting();
            }
            Err(failure) => {
                self.openings.end();
                // Those who wait for streams of other connections may get them yet. Another attempt is made
                // when somebody asks for one, not at once.
                if self.connections().is_empty() {
                    while self.queue.serve(Err(failure.clone())).is_none() {}
                }
            }
        }
    }

    fn connections(&self) -> MutexGuard<'_, Vec<Arc<Http2Connection>>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sweep for Http2Pool {
    fn sweep(&self, now: Instant) {
        self.prune(now);
        let mut idle = 0;
        let mut surplus = Vec::new();
        self.connections().retain(|connection| {
            let Some(idle_for) = connection.idle_for(now) else {
                return true;
            };
            idle += 1;
            let is_kept = idle_for < self.idle_timeout && idle <= self.max_idle;
            if !is_kept {
                surplus.push(Arc::clone(connection));
            }
            is_kept
        });
        drop(surplus);
    }
}
