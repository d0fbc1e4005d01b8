//! A client's connection, HTTP/1.1 by the byte: cheap, and nothing is sent twice behind the test's back.

use std::io;
use std::net::SocketAddr;

use bytes::{Buf, BytesMut};
use e2e::scripted::BODY;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::record::Outcome;

const FIELDS: usize = 64;

/// A client's connection.
pub(crate) struct Wire {
    stream: TcpStream,
    unread: BytesMut,
}

/// What the head of a response says.
struct Head {
    status: u16,
    length: usize,
    closes: bool,
}

impl Wire {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            unread: BytesMut::with_capacity(4096),
        })
    }

    /// Sends a request and reads what comes. The connection is given back if it may be used again.
    pub(crate) async fn ask(mut self, request: &[u8]) -> (Outcome, Option<Self>) {
        let head = match self.exchange(request).await {
            Ok(head) => head,
            Err(error) => return (Outcome::Failed(error.to_string()), None),
        };
        let outcome = match self.body(&head).await {
            Ok(outcome) => outcome,
            Err(_) if head.status == 200 => return (Outcome::Truncated, None),
            Err(error) => return (Outcome::Failed(error.to_string()), None),
        };
        (outcome, (!head.closes).then_some(self))
    }

    async fn exchange(&mut self, request: &[u8]) -> io::Result<Head> {
        self.stream.write_all(request).await?;
        loop {
            if let Some((head, length)) = parse(&self.unread)? {
                self.unread.advance(length);
                return Ok(head);
            }
            self.fill().await?;
        }
    }

    async fn body(&mut self, head: &Head) -> io::Result<Outcome> {
        while self.unread.len() < head.length {
            self.fill().await?;
        }
        let body = self.unread.split_to(head.length);
        Ok(match head.status {
            200 if body == BODY => Outcome::Answered,
            200 => Outcome::Failed("another body than the upstream's".to_owned()),
            status => Outcome::Refused(status, code(&body)),
        })
    }

    async fn fill(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.unread).await? {
            0 => Err(io::Error::other("the connection was closed")),
            _ => Ok(()),
        }
    }
}

/// The head at the start of `bytes` and its length; `None` while it is not whole.
fn parse(bytes: &[u8]) -> io::Result<Option<(Head, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let end = match response.parse(bytes).map_err(io::Error::other)? {
        httparse::Status::Complete(end) => end,
        httparse::Status::Partial => return Ok(None),
    };
    let field = |name: &str| {
        let mut fields = response.headers.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name));
        field.and_then(|field| std::str::from_utf8(field.value).ok())
    };
    let length = field("content-length").and_then(|length| length.parse().ok());
    let head = Head {
        status: response.code.unwrap_or_default(),
        length: length.ok_or_else(|| io::Error::other("a body without a length"))?,
        closes: field("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")),
    };
    Ok(Some((head, end)))
}

/// The code in a problem of the gateway (RFC 9457); an upstream has none.
fn code(body: &[u8]) -> Option<String> {
    let problem: serde_json::Value = serde_json::from_slice(body).ok()?;
    problem["code"].as_str().map(str::to_owned)
}
