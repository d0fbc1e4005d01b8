//! One connection to an endpoint over HTTP/1.1.

use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use gateway_core::deadline::Alarm;
use gateway_core::http1::{HeadBounds, HeadReader, ResponseFault, ResponseHead};
use http::{HeaderMap, Method};
use tokio::io::AsyncReadExt as _;
use tokio::time::Instant;

use super::super::gate::Permit;
use super::super::stream::Stream;
use super::outbox::Outbox;
use super::tunnel_io::TunnelIo;
use crate::flight::Flight;

/// How much is read at once: at first, enough for a head and a small body; and of a body that comes faster.
const FIRST_READ: usize = 8 << 10;
const LARGEST_READ: usize = 64 << 10;

/// Leave to have a connection.
pub(super) type Http1Permit = Permit<Box<Http1Connection>>;

/// One connection to an endpoint over HTTP/1.1: a socket with what is on its way in and out. No task drives it,
/// whoever exchanges something over it does. Dropping it closes the socket at once.
#[derive(Debug)]
pub(super) struct Http1Connection {
    stream: Stream,
    /// What was read and not yet taken.
    pub(super) incoming: BytesMut,
    pub(super) outbox: Outbox,
    pub(super) alarm: Alarm,
    heads: HeadReader,
    read_size: usize,
    has_read: bool,
    has_ended: bool,
    is_reused: bool,
    /// When it takes no more requests.
    end_of_life: Instant,
    idle_since: Instant,
    /// When it was last seen open while it was idle.
    seen_open: Instant,
    /// How long the endpoint says it keeps the connection while it is idle.
    kept_for: Duration,
    /// How many requests it has served.
    served: u64,
    /// The client it belongs to, if to one alone.
    client: Option<IpAddr>,
    permit: Http1Permit,
}

impl Http1Connection {
    /// Begins to speak HTTP/1.1 over `stream`, by leave of `permit` and on behalf of `client`, until `end_of_life`.
    pub(super) fn new(
        stream: Stream,
        permit: Http1Permit,
        client: Option<IpAddr>,
        end_of_life: Instant,
    ) -> Box<Self> {
        let now = Instant::now();
        Box::new(Self {
            stream,
            incoming: BytesMut::new(),
            outbox: Outbox::default(),
            alarm: Alarm::default(),
            heads: HeadReader::new(HeadBounds::default()),
            read_size: FIRST_READ,
            has_read: false,
            has_ended: false,
            is_reused: false,
            end_of_life,
            idle_since: now,
            seen_open: now,
            kept_for: Duration::MAX,
            served: 0,
            client,
            permit,
        })
    }

    /// Another exchange begins.
    pub(super) fn restart(&mut self) {
        self.outbox.restart();
        self.has_read = false;
        self.served += 1;
    }

    /// How many exchanges have begun.
    pub(super) fn served(&self) -> u64 {
        self.served
    }

    /// The client it belongs to, if to one alone.
    pub(super) fn client(&self) -> Option<IpAddr> {
        self.client
    }

    /// Whether it was idle before this exchange, so that the endpoint may have closed it.
    pub(super) fn is_reused(&self) -> bool {
        self.is_reused
    }

    /// Whether anything has been read since the restart.
    pub(super) fn has_read(&self) -> bool {
        self.has_read
    }

    /// Whether it is too old for another request at `now`.
    pub(super) fn is_aged(&self, now: Instant) -> bool {
        now >= self.end_of_life
    }

    /// When it became idle.
    pub(super) fn idle_since(&self) -> Instant {
        self.idle_since
    }

    /// How long the endpoint says it keeps the connection while it is idle.
    pub(super) fn kept_for(&self) -> Duration {
        self.kept_for
    }

    /// How long it was idle when it was last seen open.
    pub(super) fn known_open(&self) -> Duration {
        self.seen_open.saturating_duration_since(self.idle_since)
    }

    /// The endpoint says it keeps the connection for `time` while it is idle.
    pub(super) fn keep_for(&mut self, time: Duration) {
        self.kept_for = time;
    }

    /// It is idle from `now` on. Gives back the space that idle connections do not need.
    pub(super) fn rest(&mut self, now: Instant) {
        self.is_reused = true;
        self.idle_since = now;
        self.seen_open = now;
        if self.read_size > FIRST_READ {
            self.read_size = FIRST_READ;
            self.incoming = BytesMut::new();
        }
        self.outbox.restart();
    }

    /// Gives back all space: it has been idle for long.
    pub(super) fn shrink(&mut self) {
        self.incoming = BytesMut::new();
        self.outbox = Outbox::default();
        self.heads = HeadReader::new(HeadBounds::default());
    }

    /// Whether it is still open at `now`, while it is idle, and nothing has come that nobody asked for: as far as
    /// the runtime knows, which costs no system call.
    pub(super) fn is_quiet(&mut self, now: Instant) -> bool {
        let is_quiet = self.incoming.is_empty() && !self.has_ended && self.stream.is_quiet();
        if is_quiet {
            self.seen_open = now;
        }
        is_quiet
    }

    /// The same as the kernel knows it, which may be more than the runtime has been told.
    pub(super) fn is_quiet_in_kernel(&mut self) -> bool {
        self.stream.is_quiet_in_kernel()
    }

    /// Reads what comes next; 0 bytes at the end.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.make_space();
        let count = {
            let read = pin!(self.stream.read_buf(&mut self.incoming));
            ready!(read.poll(cx))?
        };
        if count == 0 {
            self.has_ended = true;
        } else {
            self.has_read = true;
        }
        if self.incoming.len() == self.incoming.capacity() {
            self.read_size = (self.read_size * 2).min(LARGEST_READ);
        }
        Poll::Ready(Ok(count))
    }

    /// Ready once all of the outbox is written.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.outbox.poll_flush(&mut self.stream, cx)
    }

    /// The next `length` bytes, where all of them have been read.
    pub(super) fn take(&mut self, length: u64) -> Option<Bytes> {
        let length = usize::try_from(length).ok()?;
        (self.incoming.len() >= length).then(|| self.incoming.split_to(length).freeze())
    }

    /// The head of the next response to a request with `method`, where it has been read.
    pub(super) fn read_head(
        &mut self,
        method: &Method,
    ) -> Result<Option<ResponseHead>, ResponseFault> {
        self.heads.read_response(&mut self.incoming, method)
    }

    /// Keeps the space of these fields, of which nobody needs anything any more, for the next head.
    pub(super) fn reuse(&mut self, fields: HeaderMap) {
        self.heads.reuse(fields);
    }

    /// The connection that has switched protocols.
    pub(super) fn into_tunnel(self, flight: Flight) -> TunnelIo<(Http1Permit, Flight)> {
        TunnelIo::new(self.stream, self.incoming, (self.permit, flight))
    }

    /// Closes it; what remains is leave to open another one.
    pub(super) fn close(self) -> Http1Permit {
        self.permit
    }

    /// Sees to it that there is space to read into. What was read before may still be in use: its space comes
    /// back once it is not, and until then the rest of it is used.
    fn make_space(&mut self) {
        let spare = self.incoming.capacity() - self.incoming.len();
        if !self.incoming.try_reclaim(self.read_size) && spare < self.read_size / 2 {
            self.incoming.reserve(self.read_size);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncWriteExt;
    use tokio::net::{TcpListener, TcpStream};

    use super::super::super::gate::Gate;
    use super::*;
    use crate::config::LimitsConfig;

    async fn pair() -> (Box<Http1Connection>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
        let (far, _) = listener.accept().await.unwrap();
        let gate = Gate::new(&LimitsConfig::default());
        let permit = gate.try_open().unwrap();
        let end_of_life = Instant::now() + Duration::from_secs(60);
        (
            Http1Connection::new(Stream::Tcp(stream.unwrap()), permit, None, end_of_life),
            far,
        )
    }

    async fn read(connection: &mut Http1Connection) -> usize {
        poll_fn(|cx| connection.poll_read(cx)).await.unwrap()
    }

    #[tokio::test]
    async fn the_kernel_knows_of_an_end_at_once_and_the_runtime_soon() {
        let (mut connection, far) = pair().await;
        let now = Instant::now();
        assert!(connection.is_quiet(now) && connection.is_quiet_in_kernel());
        drop(far);
        assert!(!connection.is_quiet_in_kernel());
        while connection.is_quiet(now) {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn what_nobody_asked_for_is_no_quiet() {
        let (mut connection, mut far) = pair().await;
        far.write_all(b"two").await.unwrap();
        read(&mut connection).await;
        assert!(!connection.is_quiet(Instant::now()));
        connection.incoming.clear();
        assert!(connection.is_quiet(Instant::now()));
    }

    #[tokio::test]
    async fn the_space_of_what_was_taken_is_used_again() {
        let (mut connection, mut far) = pair().await;
        let mut places = std::collections::HashSet::new();
        for _ in 0..100 {
            far.write_all(&[b'x'; 1000]).await.unwrap();
            let count = read(&mut connection).await;
            let taken = connection.take(count as u64).unwrap();
            places.insert(taken.as_ptr());
        }
        assert_eq!(places.len(), 1);
    }

    #[tokio::test]
    async fn what_comes_fast_is_read_in_larger_parts() {
        let (mut connection, mut far) = pair().await;
        let sender = tokio::spawn(async move { far.write_all(&[b'x'; 4 << 20]).await });
        let (mut total, mut largest) = (0, 0);
        while total < 4 << 20 {
            let count = read(&mut connection).await;
            largest = largest.max(count);
            total += count;
            connection.incoming.clear();
        }
        sender.await.unwrap().unwrap();
        assert!(largest > FIRST_READ && largest <= LARGEST_READ, "{largest}");
        connection.rest(Instant::now());
        assert_eq!(connection.incoming.capacity(), 0);
    }

    #[tokio::test]
    async fn after_giving_back_its_space_it_reads_on() {
        let (mut connection, mut far) = pair().await;
        far.write_all(b"one").await.unwrap();
        read(&mut connection).await;
        assert_eq!(connection.take(3).unwrap(), "one");
        connection.shrink();
        far.write_all(b"two").await.unwrap();
        read(&mut connection).await;
        assert_eq!(connection.take(3).unwrap(), "two");
    }
}
