//! Which protocol a client speaks, told from the first bytes.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;

/// The connection preface of HTTP/2 (RFC 9113, section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long to wait before looking again at a preface that has only half arrived: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(128);

/// The protocol of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

/// Waits for the first bytes and tells the protocol without taking them from the socket, so that nothing
/// stands between the socket and the protocol's server afterwards. `None` when the client left without a word.
/// The caller sets the deadline.
pub(super) async fn protocol(stream: &TcpStream) -> io::Result<Option<Protocol>> {
    let mut first = [0; PREFACE.len()];
    let mut pause = FIRST_PAUSE;
    loop {
        let seen = match stream.peek(&mut first).await? {
            0 => return Ok(None),
            length => &first[..length],
        };
        if let Some(protocol) = tell(seen) {
            return Ok(Some(protocol));
        }
        // The bytes are still in the socket, so it would be readable again at once.
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The protocol, once `first` suffices to tell.
fn tell(first: &[u8]) -> Option<Protocol> {
    if first.starts_with(PREFACE) {
        Some(Protocol::Http2)
    } else if PREFACE.starts_with(first) {
        None
    } else {
        Some(Protocol::Http1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_the_whole_preface_or_one_other_byte() {
        assert_eq!(tell(b"GET / HTTP/1.1\r\n"), Some(Protocol::Http1));
        assert_eq!(tell(b"PUT"), Some(Protocol::Http1));
        assert_eq!(tell(b"P"), None);
        assert_eq!(tell(b"PRI * HTTP/2.0\r\n\r\n"), None);
        assert_eq!(tell(b"PRI * HTTP/1.1\r\n\r\n"), Some(Protocol::Http1));
        assert_eq!(tell(PREFACE), Some(Protocol::Http2));
    }
}
