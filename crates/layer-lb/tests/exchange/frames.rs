//! The endpoint's end of a connection over HTTP/2, frame by frame.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
const ACK: u8 = 1;

pub(crate) const NO_ERROR: [u8; 4] = [0, 0, 0, 0];
pub(crate) const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];

/// `:status: 200`, as the static table has it.
pub(crate) const OK: &[u8] = &[0x88];
/// `:status: 200`, `content-length: 4`.
pub(crate) const OK_OF_4: &[u8] = &[0x88, 0x0f, 0x0d, 1, b'4'];
/// `:status: 103`, `link: a`.
pub(crate) const HINTS: &[u8] = &[0x08, 3, b'1', b'0', b'3', 0x0f, 0x1e, 1, b'a'];

/// One frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: Vec<u8>,
}

impl Frame {
    pub(crate) fn ends_stream(&self) -> bool {
        matches!(self.kind, DATA | HEADERS) && self.flags & END_STREAM != 0
    }
}

/// The endpoint's end of a connection.
pub(crate) struct Frames(TcpStream);

impl Frames {
    /// Greets the client that has connected.
    pub(crate) async fn accept(mut stream: TcpStream) -> io::Result<Self> {
        stream.read_exact(&mut [0; 24]).await?;
        let mut this = Self(stream);
        this.send(SETTINGS, 0, 0, &[]).await?;
        Ok(this)
    }

    pub(crate) async fn send(
        &mut self,
        kind: u8,
        flags: u8,
        stream: u32,
        payload: &[u8],
    ) -> io::Result<()> {
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        let mut frame = length.to_be_bytes()[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.0.write_all(&frame).await
    }

    /// The whole of a response without content.
    pub(crate) async fn answer(&mut self, stream: u32) -> io::Result<()> {
        self.send(HEADERS, END_HEADERS | END_STREAM, stream, OK)
            .await
    }

    /// The end of the connection as far as new streams are concerned.
    pub(crate) async fn say_goodbye(&mut self, last_stream: u32) -> io::Result<()> {
        let mut payload = last_stream.to_be_bytes().to_vec();
        payload.extend(NO_ERROR);
        self.send(GOAWAY, 0, 0, &payload).await
    }

    /// The next frame that concerns a stream; what concerns the connection is answered here.
    pub(crate) async fn next(&mut self) -> io::Result<Frame> {
        loop {
            let mut head = [0; 9];
            self.0.read_exact(&mut head).await?;
            let [a, b, c, kind, flags, stream @ ..] = head;
            let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
            self.0.read_exact(&mut payload).await?;
            let stream = u32::from_be_bytes(stream);
            match kind {
                SETTINGS if flags & ACK == 0 => self.send(SETTINGS, ACK, 0, &[]).await?,
                PING if flags & ACK == 0 => self.send(PING, ACK, 0, &payload).await?,
                DATA | HEADERS | RST_STREAM | GOAWAY => {
                    return Ok(Frame {
                        kind,
                        flags,
                        stream,
                        payload,
                    });
                }
                _ => {}
            }
        }
    }

    /// The stream of the next request, once it has ended, and its body.
    pub(crate) async fn request(&mut self) -> io::Result<(u32, Vec<u8>)> {
        let mut body = Vec::new();
        loop {
            let frame = self.next().await?;
            if frame.kind == DATA {
                body.extend_from_slice(&frame.payload);
            }
            if frame.ends_stream() {
                return Ok((frame.stream, body));
            }
        }
    }

    /// Ready when the client has closed the connection.
    pub(crate) async fn closed(&mut self) {
        while self.next().await.is_ok() {}
    }
}
