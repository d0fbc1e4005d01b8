//! HTTP/1.1, no more of it than a gateway sends: bodies with a length.

use std::io;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::upstream::{Asked, Upstream};
use super::{BODY, CHECK_PATH, Deed, NONCE};

/// How much a request may hold.
const MOST: usize = 1 << 20;
const FIELDS: usize = 64;
/// How long what was sent may take to arrive: a reset discards what the peer has not read yet.
const ARRIVAL: Duration = Duration::from_millis(50);

/// Serves a connection to its end.
pub(super) async fn serve(mut stream: TcpStream, upstream: &Upstream) -> io::Result<()> {
    let mut unread = BytesMut::with_capacity(4096);
    while let Some(asked) = next(&mut stream, &mut unread).await? {
        let treatment = upstream.treat(asked).await?;
        match treatment.deed {
            Deed::Served | Deed::Checked => stream.write_all(&answer("200 OK", BODY)).await?,
            Deed::Unavailable => {
                let answer = answer("503 Service Unavailable", b"unavailable");
                stream.write_all(&answer).await?;
            }
            Deed::Cut => {
                let answer = answer("200 OK", BODY);
                let half = answer.len() - BODY.len() / 2;
                stream.write_all(&answer[..half]).await?;
                sleep(ARRIVAL).await;
                return stream.set_zero_linger();
            }
            Deed::Refused => return stream.set_zero_linger(),
        }
        if treatment.closes {
            return Ok(());
        }
    }
    Ok(())
}

fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// The next request, its body read and gone; `None` at the end of the connection.
async fn next(stream: &mut TcpStream, unread: &mut BytesMut) -> io::Result<Option<Asked>> {
    loop {
        if let Some((asked, length)) = parse(unread)?
            && unread.len() >= length
        {
            unread.advance(length);
            return Ok(Some(asked));
        }
        if unread.len() > MOST {
            return Err(malformed("it is too long"));
        }
        if stream.read_buf(unread).await? == 0 {
            return Ok(None);
        }
    }
}

/// The request at the start of `bytes` and its length with its body; `None` while its head is not whole.
fn parse(bytes: &[u8]) -> io::Result<Option<(Asked, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let head = match request.parse(bytes) {
        Ok(httparse::Status::Complete(head)) => head,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(malformed(error)),
    };
    let number = |name: &str| {
        let mut fields = request.headers.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name));
        field.map(|field| String::from_utf8_lossy(field.value).parse::<u64>())
    };
    let length = number("content-length").unwrap_or(Ok(0));
    let length = length.map_err(malformed)?;
    let asked = Asked {
        is_check: request.path == Some(CHECK_PATH),
        nonce: number(NONCE).transpose().map_err(malformed)?,
    };
    let body = usize::try_from(length).map_err(malformed)?;
    Ok(Some((asked, head.saturating_add(body))))
}

fn malformed(reason: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_reaches_to_the_end_of_its_body() {
        let head = "POST / HTTP/1.1\r\nContent-Length: 3\r\nX-Nonce: 17\r\n\r\n";
        let (asked, length) = parse(head.as_bytes()).unwrap().unwrap();
        let expected = Asked {
            is_check: false,
            nonce: Some(17),
        };
        assert_eq!((asked, length), (expected, head.len() + 3));
        assert_eq!(parse(&head.as_bytes()[..20]).unwrap(), None);
        assert!(
            parse(b"GET /healthz HTTP/1.1\r\n\r\n")
                .unwrap()
                .unwrap()
                .0
                .is_check
        );
        assert!(parse(b"POST / HTTP/1.1\r\nX-Nonce: x\r\n\r\n").is_err());
    }
}
