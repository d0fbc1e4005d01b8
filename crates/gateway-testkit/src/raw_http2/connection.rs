//! A client that speaks HTTP/2 by the byte.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};

use super::receiver::{Receiver, is_end};
use super::{Ending, Frame, kind, setting};

/// What a client begins with (RFC 9113 §3.4), before its SETTINGS.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long a read or a write waits, unless [`RawHttp2::set_deadline`] says otherwise.
const DEADLINE: Duration = Duration::from_secs(10);

/// A client that speaks HTTP/2 by the byte. It does nothing by itself: it acknowledges, opens and updates
/// only what it is told to.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use gateway_testkit::raw_http2::{Frame, RawHttp2, hpack};
/// use gateway_testkit::upstream::{Upstream, respond};
///
/// let server = Upstream::start(respond::text("hello")).await.unwrap();
/// let mut client = RawHttp2::connect(server.address()).await.unwrap();
/// client.send([Frame::headers(1, hpack::request("GET", "/")).ending()]).await.unwrap();
/// let frames = client.read_stream(1).await.unwrap();
/// assert_eq!(frames[0].status(), Some(200));
/// # });
/// ```
#[derive(Debug)]
pub struct RawHttp2 {
    stream: TcpStream,
    received: Receiver,
    /// Frames read past, in [`Self::read_stream`].
    passed: VecDeque<Frame>,
    deadline: Duration,
}

impl RawHttp2 {
    /// Connects, and exchanges and acknowledges SETTINGS, those of this side without a header table: so
    /// [`Frame::status`] can read every answer.
    ///
    /// # Errors
    /// The connection's; `TimedOut` when no SETTINGS come.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        Self::connect_with(address, &[]).await
    }

    /// As [`Self::connect`], with these settings beside.
    ///
    /// # Errors
    /// As [`Self::connect`].
    pub async fn connect_with(address: SocketAddr, settings: &[(u16, u32)]) -> io::Result<Self> {
        let mut client = Self::silent(address).await?;
        let settings = [&[(setting::HEADER_TABLE_SIZE, 0)], settings].concat();
        let hello = [PREFACE, &Frame::settings(&settings).to_bytes()].concat();
        client.send_bytes(&hello).await?;
        client
            .read_until(|frame| frame.kind == kind::SETTINGS && frame.flags == 0)
            .await?;
        client.send([Frame::settings_ack()]).await?;
        Ok(client)
    }

    /// Connects and says nothing, not even the preface.
    ///
    /// # Errors
    /// The connection's.
    pub async fn silent(address: SocketAddr) -> io::Result<Self> {
        let stream = timeout(DEADLINE, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Receiver::default(),
            passed: VecDeque::new(),
            deadline: DEADLINE,
        })
    }

    /// How long each read and each write waits from here on; 10 s unless set.
    pub fn set_deadline(&mut self, deadline: Duration) {
        self.deadline = deadline;
    }

    /// Sends `frames`, and keeps what comes meanwhile for the next read, as long as there is room.
    ///
    /// # Errors
    /// The socket's, and `TimedOut` when the peer takes nothing for as long as the deadline.
    pub async fn send(&mut self, frames: impl IntoIterator<Item = Frame>) -> io::Result<()> {
        let bytes: Vec<u8> = frames.into_iter().flat_map(|f| f.to_bytes()).collect();
        self.send_bytes(&bytes).await
    }

    /// Sends `bytes` as they are; otherwise as [`Self::send`].
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn send_bytes(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let (mut reader, mut writer) = self.stream.split();
        while !bytes.is_empty() {
            let reads = !self.received.ended && self.received.has_room();
            let step = async {
                tokio::select! {
                    written = writer.write(bytes) => written,
                    read = reader.read_buf(&mut self.received.unread), if reads => {
                        self.received.note(read).map(|()| 0)
                    }
                }
            };
            bytes = &bytes[timeout(self.deadline, step).await??..];
        }
        Ok(())
    }

    /// Sends `bytes` without reading anything.
    ///
    /// # Errors
    /// The socket's, and `TimedOut` when the peer takes nothing for as long as the deadline.
    pub async fn send_deaf(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = timeout(self.deadline, self.stream.write(bytes)).await??;
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// Reads the next frame; `None` at the end of the connection, be it by a reset.
    ///
    /// # Errors
    /// The socket's, and `TimedOut` past the deadline.
    pub async fn read_frame(&mut self) -> io::Result<Option<Frame>> {
        let deadline = Instant::now() + self.deadline;
        loop {
            let passed = self.passed.pop_front();
            if let Some(frame) = passed.or_else(|| self.received.take()) {
                return Ok(Some(frame));
            }
            if self.received.ended {
                return Ok(None);
            }
            let read = self.stream.read_buf(&mut self.received.unread);
            let read = timeout_at(deadline, read).await?;
            self.received.note(read)?;
        }
    }

    /// Reads up to the first frame that is `wanted`, and returns it behind those before it.
    ///
    /// # Errors
    /// As [`Self::read_frame`]; `UnexpectedEof`, with what came, when the connection ends before.
    pub async fn read_until(
        &mut self,
        mut wanted: impl FnMut(&Frame) -> bool,
    ) -> io::Result<Vec<Frame>> {
        let mut frames = Vec::new();
        while let Some(frame) = self.read_frame().await? {
            let found = wanted(&frame);
            frames.push(frame);
            if found {
                return Ok(frames);
            }
        }
        let message = format!("the end after {frames:?} and {:?}", self.received.rest());
        Err(io::Error::new(io::ErrorKind::UnexpectedEof, message))
    }

    /// Reads until `stream` ends, and returns its frames; the others stay for the next read.
    ///
    /// # Errors
    /// As [`Self::read_until`].
    pub async fn read_stream(&mut self, stream: u32) -> io::Result<Vec<Frame>> {
        let ends = |frame: &Frame| frame.stream == stream && frame.ends_stream();
        let frames = self.read_until(ends).await?;
        let (of_stream, others): (Vec<_>, Vec<_>) =
            frames.into_iter().partition(|f| f.stream == stream);
        self.passed.extend(others);
        Ok(of_stream)
    }

    /// Sends what `next` makes of 0, 1 and so on, up to so many `times`, until `time` is over or the peer has had
    /// enough, and says which. What comes is read and forgotten, but for GOAWAY with an error.
    ///
    /// # Errors
    /// The socket's, those that mean its end excepted.
    pub async fn flood(
        &mut self,
        times: u32,
        time: Duration,
        mut next: impl FnMut(u32) -> Vec<u8>,
    ) -> io::Result<Ending> {
        let deadline = Instant::now() + time;
        let mut count = 0;
        while count < times && Instant::now() < deadline {
            match self.send_bytes(&next(count)).await {
                Err(error) if is_end(&error) => return Ok(self.ending().await),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                    return Ok(Ending::Blocked);
                }
                sent => sent?,
            }
            if let Some(ending) = self.said() {
                return Ok(ending);
            }
            count += 1;
        }
        Ok(self.ending().await)
    }

    /// How the server deals with what was sent: waits until it says GOAWAY with an error or closes, or
    /// until the deadline.
    pub async fn ending(&mut self) -> Ending {
        let deadline = Instant::now() + self.deadline;
        loop {
            if let Some(ending) = self.said() {
                return ending;
            }
            let read = self.stream.read_buf(&mut self.received.unread);
            let Ok(read) = timeout_at(deadline, read).await else {
                return Ending::Open;
            };
            if self.received.note(read).is_err() {
                return Ending::Closed;
            }
        }
    }

    /// What the frames that have come say of the end; they are forgotten.
    fn said(&mut self) -> Option<Ending> {
        while let Some(frame) = self.passed.pop_front().or_else(|| self.received.take()) {
            let code = frame.code().filter(|code| *code != 0);
            if let (kind::GOAWAY, Some(code)) = (frame.kind, code) {
                return Some(Ending::GoAway(code));
            }
        }
        self.received.ended.then_some(Ending::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw_http2::{error_code, hpack};
    use crate::upstream::{Upstream, respond};

    async fn client(body: usize, settings: &[(u16, u32)]) -> (Upstream, RawHttp2) {
        let server = Upstream::start(respond::text("x".repeat(body)))
            .await
            .unwrap();
        let client = RawHttp2::connect_with(server.address(), settings)
            .await
            .unwrap();
        (server, client)
    }

    fn get(stream: u32) -> Frame {
        Frame::headers(stream, hpack::request("GET", "/")).ending()
    }

    #[tokio::test]
    async fn an_answer_is_read_frame_by_frame() {
        let (_server, mut client) = client(5, &[]).await;
        client.send([get(1), get(3)]).await.unwrap();
        for stream in [1, 3] {
            let frames = client.read_stream(stream).await.unwrap();
            assert_eq!(frames[0].status(), Some(200));
            assert_eq!(frames.last().unwrap().payload, "xxxxx");
        }
    }

    #[tokio::test]
    async fn nothing_is_updated_that_the_test_does_not_update() {
        let (_server, mut client) = client(10, &[(setting::INITIAL_WINDOW_SIZE, 4)]).await;
        client.send([get(1)]).await.unwrap();
        let data = |frame: &Frame| frame.kind == kind::DATA;
        let frames = client.read_until(data).await.unwrap();
        assert_eq!(frames.last().unwrap().payload, "xxxx");
        client.set_deadline(Duration::from_millis(50));
        let error = client.read_frame().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        client.send([Frame::window_update(1, 6)]).await.unwrap();
        client.set_deadline(Duration::from_secs(5));
        let rest = client.read_stream(1).await.unwrap();
        assert_eq!(rest.last().unwrap().payload, "xxxxxx");
    }

    #[tokio::test]
    async fn a_violation_ends_the_connection() {
        let (_server, mut client) = client(5, &[]).await;
        client.send([Frame::data(0, "x")]).await.unwrap();
        assert_eq!(
            client.ending().await,
            Ending::GoAway(error_code::PROTOCOL_ERROR)
        );
    }

    #[tokio::test]
    async fn a_flood_that_is_borne_leaves_the_connection_open() {
        let (_server, mut client) = client(5, &[]).await;
        client.set_deadline(Duration::from_millis(50));
        let ping = |_| Frame::ping(1).to_bytes();
        let ending = client.flood(3, Duration::from_secs(5), ping).await;
        assert_eq!(ending.unwrap(), Ending::Open);
    }

    #[tokio::test]
    async fn a_peer_that_reads_nothing_blocks() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = RawHttp2::silent(listener.local_addr().unwrap())
            .await
            .unwrap();
        let _accepted = listener.accept().await.unwrap();
        client.set_deadline(Duration::from_millis(100));
        let ending = client
            .flood(10_000, Duration::from_secs(30), |_| vec![0; 1 << 16])
            .await;
        assert_eq!(ending.unwrap(), Ending::Blocked);
    }
}
