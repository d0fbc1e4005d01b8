//! One end of a TCP connection, speaking HTTP/1 by the byte.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::framing::Framing;
use super::socket::Socket;
use super::{RawHead, RawMessage};
use crate::sync::lock;

/// How long a read waits, unless [`RawConnection::set_deadline`] says otherwise.
const DEADLINE: Duration = Duration::from_secs(10);

/// One end of a TCP connection, speaking HTTP/1 by the byte. What is read beyond a message stays for the
/// next read, so the messages of one connection come apart by reading them one after the other.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use gateway_testkit::raw::RawConnection;
/// use gateway_testkit::upstream::{Upstream, respond};
///
/// let upstream = Upstream::start(respond::text("hello")).await.unwrap();
/// let mut client = RawConnection::connect(upstream.address()).await.unwrap();
/// client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
/// assert_eq!(client.read_response().await.unwrap().text(), "hello");
/// assert_eq!(client.read_response().await.unwrap().text(), "hello");
/// # });
/// ```
#[derive(Debug)]
pub struct RawConnection(Socket);

impl RawConnection {
    /// Connects to `address`.
    ///
    /// # Errors
    /// The connection's.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        Self::new(TcpStream::connect(address).await?)
    }

    /// Speaks over `stream`.
    ///
    /// # Errors
    /// When the socket's options cannot be set.
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self(Socket::new(stream, DEADLINE)))
    }

    /// How long each read waits from here on; 10 s unless set.
    pub fn set_deadline(&mut self, deadline: Duration) {
        self.0.deadline = deadline;
    }

    /// All bytes read so far, the first MiB of them.
    pub fn received(&self) -> Bytes {
        Bytes::copy_from_slice(&lock(&self.0.record))
    }

    /// Where the bytes are recorded.
    pub(crate) fn record(&self) -> Arc<Mutex<Vec<u8>>> {
        Arc::clone(&self.0.record)
    }

    /// Sends `bytes` as they are.
    ///
    /// # Errors
    /// The socket's.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.0.send(bytes.as_ref()).await
    }

    /// Sends `bytes` one by one, each in its own segment, with a `pause` after each.
    ///
    /// # Errors
    /// The socket's.
    pub async fn drip(&mut self, bytes: impl AsRef<[u8]>, pause: Duration) -> io::Result<()> {
        for byte in bytes.as_ref() {
            self.0.send(std::slice::from_ref(byte)).await?;
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Reads a head; what follows it stays.
    ///
    /// # Errors
    /// `TimedOut` past the deadline, `UnexpectedEof` when the stream ends before the head does.
    pub async fn read_head(&mut self) -> io::Result<RawHead> {
        loop {
            if let Some((head, length)) = RawHead::parse(self.0.unread()) {
                self.0.take(length);
                return Ok(head);
            }
            self.0.fill_some("head").await?;
        }
    }

    /// Reads a request with its body.
    ///
    /// # Errors
    /// As [`Self::read_head`], and `InvalidData` when its framing is malformed or contradicts itself.
    pub async fn read_request(&mut self) -> io::Result<RawMessage> {
        let head = self.read_head().await?;
        let framing = Framing::of_request(&head)?;
        self.0.take_message(head, framing).await
    }

    /// Reads a response to a GET or another method whose responses have bodies. A 1xx is a response of its own.
    ///
    /// # Errors
    /// As [`Self::read_request`].
    pub async fn read_response(&mut self) -> io::Result<RawMessage> {
        self.read_response_to(&Method::GET).await
    }

    /// Reads a response to `method`.
    ///
    /// # Errors
    /// As [`Self::read_request`].
    pub async fn read_response_to(&mut self, method: &Method) -> io::Result<RawMessage> {
        let head = self.read_head().await?;
        let framing = Framing::of_response(&head, method)?;
        self.0.take_message(head, framing).await
    }

    /// Reads at least `count` bytes, or what there is before the end of the stream.
    ///
    /// # Errors
    /// The socket's, and `TimedOut` past the deadline.
    pub async fn read_at_least(&mut self, count: usize) -> io::Result<Bytes> {
        while self.0.unread().len() < count && self.0.fill().await? {}
        Ok(self.0.take(usize::MAX))
    }

    /// Reads until the peer closes.
    ///
    /// # Errors
    /// The socket's (`ConnectionReset` when the peer reset it), and `TimedOut` past the deadline.
    pub async fn read_to_end(&mut self) -> io::Result<Bytes> {
        self.0.take_to_end().await
    }

    /// Whether the peer closes or resets the connection within `time`, after sending whatever it likes.
    pub async fn closes_within(&mut self, time: Duration) -> bool {
        let end = tokio::time::timeout(time, self.read_to_end()).await;
        matches!(&end, Ok(result) if !matches!(result, Err(e) if e.kind() == io::ErrorKind::TimedOut))
    }

    /// Closes our sending half; the peer reads the end of the stream and may still answer.
    ///
    /// # Errors
    /// The socket's.
    pub async fn close_sending(&mut self) -> io::Result<()> {
        self.0.stream.shutdown().await
    }

    /// Ends the connection with a TCP reset.
    ///
    /// # Errors
    /// When the socket's options cannot be set.
    pub fn reset(self) -> io::Result<()> {
        self.0.stream.set_zero_linger()
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (RawConnection, RawConnection) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = RawConnection::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (server, _) = listener.accept().await.unwrap();
        (client, RawConnection::new(server).unwrap())
    }

    #[tokio::test]
    async fn several_responses_of_one_connection_come_apart() {
        let (mut client, mut server) = pair().await;
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n";
        let to_head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
        let until_close = "HTTP/1.1 200 OK\r\n\r\nthe rest";
        server
            .send([chunked, to_head, until_close].concat())
            .await
            .unwrap();
        server.close_sending().await.unwrap();

        let first = client.read_response().await.unwrap();
        assert_eq!(first.text(), "abcde");
        assert_eq!(first.trailers, [("X-Sum".to_owned(), "5".to_owned())]);
        assert!(
            client
                .read_response_to(&Method::HEAD)
                .await
                .unwrap()
                .body
                .is_empty()
        );
        assert_eq!(client.read_response().await.unwrap().text(), "the rest");
        assert_eq!(client.received(), [chunked, to_head, until_close].concat());
    }

    #[tokio::test]
    async fn a_body_cut_short_is_an_error() {
        for head in [
            "Content-Length: 9\r\n\r\nshort",
            "Transfer-Encoding: chunked\r\n\r\n9\r\nshort",
        ] {
            let (mut client, mut server) = pair().await;
            server
                .send(format!("HTTP/1.1 200 OK\r\n{head}"))
                .await
                .unwrap();
            server.close_sending().await.unwrap();
            let error = client.read_response().await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{head}");
        }
    }

    #[tokio::test]
    async fn silence_is_an_error_past_the_deadline() {
        let (mut client, _server) = pair().await;
        client.set_deadline(Duration::from_millis(20));
        assert_eq!(
            client.read_head().await.unwrap_err().kind(),
            io::ErrorKind::TimedOut
        );
    }

    #[tokio::test]
    async fn a_reset_shows_as_a_reset() {
        let (mut client, server) = pair().await;
        server.reset().unwrap();
        let error = client.read_to_end().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn open_and_closed_connections_are_told_apart() {
        let (mut client, mut server) = pair().await;
        server.send("parting words").await.unwrap();
        assert!(!client.closes_within(Duration::from_millis(20)).await);
        drop(server);
        assert!(client.closes_within(Duration::from_secs(5)).await);
    }

    #[tokio::test]
    async fn dripped_bytes_take_their_time() {
        let (mut client, mut server) = pair().await;
        let pause = Duration::from_millis(20);
        let start = tokio::time::Instant::now();
        let (sent, all) = tokio::join!(server.drip("abc", pause), client.read_at_least(3));
        sent.unwrap();
        assert_eq!(all.unwrap(), "abc");
        assert!(start.elapsed() >= pause * 3);
    }
}
