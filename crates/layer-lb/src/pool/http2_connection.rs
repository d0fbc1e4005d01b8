//! One connection to an endpoint over HTTP/2.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::request_body::{ExchangeError, RequestBody};

/// What a stream may have in flight towards us.
const STREAM_WINDOW: u32 = 1 << 20;
/// What all streams together may have in flight towards us: one slow reader must not stop the others.
const CONNECTION_WINDOW: u32 = 16 << 20;
/// Streams that we have reset and that the endpoint may not have noticed yet.
const RESET_STREAMS: usize = 1024;
/// How much of a request is buffered for each stream while the endpoint does not read.
const SEND_BUFFER: usize = 256 << 10;
/// The same limit as for heads over HTTP/1.
const MAX_HEAD: u32 = 64 << 10;
/// How often an endpoint that owes responses is asked whether it is still there, and how long it may take
/// to say so.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// One connection to an endpoint over HTTP/2, on which any number of requests are in flight. Dropping it
/// says goodbye; it closes when what is in flight has ended.
#[derive(Debug)]
pub(super) struct Http2Connection {
    sender: SendRequest<RequestBody>,
    epoch: Instant,
    /// Milliseconds from `epoch` to the end of the last exchange.
    last_used: AtomicU64,
}

impl Http2Connection {
    /// Begins to speak HTTP/2 over `stream`, whose other end is known to understand it.
    pub(super) async fn open(stream: TcpStream) -> hyper::Result<Self> {
        let (sender, connection) = Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_concurrent_reset_streams(RESET_STREAMS)
            .max_send_buf_size(SEND_BUFFER)
            .max_header_list_size(MAX_HEAD)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT)
            .handshake(TokioIo::new(stream))
            .await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to an endpoint ended");
            }
        });
        Ok(Self {
            sender,
            epoch: Instant::now(),
            last_used: AtomicU64::new(0),
        })
    }

    /// Whether the connection takes requests still: not after it broke or the endpoint said goodbye.
    pub(super) fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Sends `request`; the future is the head of its response, and dropping it resets the stream.
    pub(super) fn send(
        &self,
        request: http::Request<RequestBody>,
    ) -> impl Future<Output = Result<http::Response<Incoming>, ExchangeError>> + use<> {
        self.sender.clone().try_send_request(request)
    }

    /// An exchange has ended.
    pub(super) fn used(&self) {
        let elapsed = u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_used.store(elapsed, Ordering::Relaxed);
    }

    /// How long nothing has been in flight, as of `now`; `None` where something is.
    pub(super) fn idle_for(self: &Arc<Self>, now: Instant) -> Option<Duration> {
        // Each exchange holds the connection too, beside the pool.
        (Arc::strong_count(self) == 1).then(|| {
            let last_used = Duration::from_millis(self.last_used.load(Ordering::Relaxed));
            now.saturating_duration_since(self.epoch + last_used)
        })
    }
}
