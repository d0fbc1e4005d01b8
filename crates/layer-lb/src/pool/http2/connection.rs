//! One connection to an endpoint over HTTP/2.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use h2::{Error, SendStream};
use http::Request;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::stream::Stream;
use super::driver::{self, Limit};
use super::last_words::LastWords;
use super::pool::Http2Pool;
use crate::counters::UpstreamCounters;

/// What a stream may have in flight towards us.
const STREAM_WINDOW: u32 = 1 << 20;
/// What all streams together may have in flight towards us: one slow reader must not stop the others.
const CONNECTION_WINDOW: u32 = 16 << 20;
/// How much the frames that wait for slow readers may cost beyond what they carry, 256 bytes less their length
/// each. It lets 64 streams have 2000 tiny frames each in flight; the library's own choice, half the window,
/// ends the connection with all its streams at a quarter of that.
const SMALL_FRAMES: usize = 32 << 20;
/// Streams that we have reset and that the endpoint may not have noticed yet.
const RESET_STREAMS: usize = 1024;
/// How much of a request is buffered for each stream while the endpoint does not read.
const SEND_BUFFER: usize = 64 << 10;
/// The same limit as for heads over HTTP/1.
const MAX_HEAD: u32 = 64 << 10;

/// One connection to an endpoint over HTTP/2, on which any number of requests are in flight. Dropping it says
/// goodbye.
#[derive(Debug)]
pub(super) struct Http2Connection {
    sender: SendRequest<Bytes>,
    /// How many streams are in use.
    streams: AtomicUsize,
    /// How many more may be taken before it takes no more requests.
    left: AtomicU64,
    /// How many there may be; known once the endpoint has told its settings.
    limit: watch::Receiver<Limit>,
    has_served: AtomicBool,
    is_closing: AtomicBool,
    has_refused: AtomicBool,
    /// When it takes no more requests.
    end_of_life: Instant,
    epoch: Instant,
    /// Milliseconds from `epoch` to the end of the last exchange.
    last_used: AtomicU64,
    pool: Weak<Http2Pool>,
    counters: Arc<UpstreamCounters>,
    /// The task that drives the connection ends some time after this is gone.
    _owner: watch::Sender<()>,
}

impl Http2Connection {
    /// Begins to speak HTTP/2 over `stream`, whose other end is known to understand it, for `pool`, until
    /// `end_of_life` and for at most `most_requests`.
    pub(super) async fn open(
        stream: Stream,
        end_of_life: Instant,
        most_requests: u64,
        pool: Weak<Http2Pool>,
        counters: Arc<UpstreamCounters>,
    ) -> Result<Arc<Self>, Error> {
        let (sender, connection) = Builder::new()
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .data_frame_budget(SMALL_FRAMES)
            .max_concurrent_reset_streams(RESET_STREAMS)
            .max_send_buffer_size(SEND_BUFFER)
            .max_header_list_size(MAX_HEAD)
            .initial_max_send_streams(Limit::UNKNOWN)
            .enable_push(false)
            .handshake(LastWords::new(stream))
            .await?;
        let (owner, owned) = watch::channel(());
        let (tell_limit, limit) = watch::channel(Limit::Unknown);
        let this = Arc::new(Self {
            sender,
            streams: AtomicUsize::new(0),
            left: AtomicU64::new(most_requests),
            limit,
            has_served: AtomicBool::new(false),
            is_closing: AtomicBool::new(false),
            has_refused: AtomicBool::new(false),
            end_of_life,
            epoch: Instant::now(),
            last_used: AtomicU64::new(0),
            pool: Weak::clone(&pool),
            counters,
            _owner: owner,
        });
        let handle = Arc::downgrade(&this);
        tokio::spawn(driver::drive(connection, tell_limit, owned, handle, pool));
        Ok(this)
    }

    /// Where it is counted what happens.
    pub(super) fn counters(&self) -> &UpstreamCounters {
        &self.counters
    }

    /// Whether the connection takes requests still: not after it broke or the endpoint said goodbye.
    pub(super) fn is_open(&self) -> bool {
        !self.is_closing.load(Ordering::Relaxed)
    }

    /// Whether the endpoint has said goodbye, or the connection broke, and nobody has noticed until now.
    pub(super) fn ends_now(&self) -> bool {
        let mut cx = Context::from_waker(Waker::noop());
        // A sender of one's own is never told to wait, so this says whether there is an error.
        let ready = self.sender.clone().poll_ready(&mut cx);
        matches!(ready, Poll::Ready(Err(_))) && self.close()
    }

    /// The connection takes no more requests; says whether it did until now.
    pub(super) fn close(&self) -> bool {
        !self.is_closing.swap(true, Ordering::Relaxed)
    }

    /// Whether the connection is too old for another request.
    pub(super) fn is_old(&self, now: Instant) -> bool {
        now >= self.end_of_life
    }

    /// Whether the endpoint has told its settings, and allows streams at all.
    pub(super) fn is_settled(&self) -> bool {
        matches!(*self.limit.borrow(), Limit::Streams(1..))
    }

    /// How many streams are in use.
    pub(super) fn streams(&self) -> usize {
        self.streams.load(Ordering::SeqCst)
    }

    /// Whether one more stream may be used.
    pub(super) fn has_room(&self) -> bool {
        self.streams() < self.limit.borrow().streams()
    }

    /// Takes one stream. No two may do so at a time, or there would be more than the endpoint allows.
    pub(super) fn reserve(&self) {
        self.streams.fetch_add(1, Ordering::SeqCst);
        if self.left.fetch_sub(1, Ordering::Relaxed) <= 1 && self.close() {
            self.counters.aged.increment();
        }
    }

    /// Returns one stream.
    pub(super) fn release(&self) {
        let elapsed = u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_used.store(elapsed, Ordering::Relaxed);
        self.streams.fetch_sub(1, Ordering::SeqCst);
    }

    /// Offers what is free to those who wait.
    pub(super) fn offer(&self) {
        if let Some(pool) = self.pool.upgrade() {
            pool.stream_released();
        }
    }

    /// Notes that the connection serves a request; says whether it has served others before.
    pub(super) fn serve(&self) -> bool {
        self.has_served.swap(true, Ordering::Relaxed)
    }

    /// Whether the endpoint refused the last stream about which it said anything.
    pub(super) fn has_refused(&self) -> bool {
        self.has_refused.load(Ordering::Relaxed)
    }

    /// Notes whether the endpoint has refused a stream or answered on it.
    pub(super) fn set_refused(&self, has_refused: bool) {
        self.has_refused.store(has_refused, Ordering::Relaxed);
    }

    /// Sends the head of a request, over a stream that was reserved.
    pub(super) fn send(
        &self,
        head: Request<()>,
        is_all: bool,
    ) -> Result<(ResponseFuture, SendStream<Bytes>), Error> {
        self.sender.clone().send_request(head, is_all)
    }

    /// Whether the endpoint lets streams carry other protocols (RFC 8441), once it has said so; `None` where
    /// the connection ends first.
    pub(super) async fn allows_extended_connect(&self) -> Option<bool> {
        let mut limit = self.limit.clone();
        let told = limit
            .wait_for(|limit| !matches!(limit, Limit::Unknown))
            .await;
        told.ok()?;
        Some(self.sender.is_extended_connect_protocol_enabled())
    }

    /// How long nothing has been in flight, as of `now`; `None` where something is.
    pub(super) fn idle_for(&self, now: Instant) -> Option<Duration> {
        (self.streams() == 0).then(|| {
            let last_used = Duration::from_millis(self.last_used.load(Ordering::Relaxed));
            now.saturating_duration_since(self.epoch + last_used)
        })
    }
}
