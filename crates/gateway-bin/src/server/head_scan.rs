//! A look at the raw heads of an HTTP/1 connection, for what the parser behind hides.
//!
//! hyper drops the second of two equal `Content-Length` lines, drops `Content-Length` beside
//! `Transfer-Encoding`, and `http::Uri` drops a fragment. Whoever parses the same bytes otherwise sees other
//! requests in them, so such a head is refused; to see them one has to look before hyper does. The scan
//! follows the framing of bodies only to find the next head.

use gateway_core::head::HeadError;

/// The longest line that is kept when it arrives in pieces. hyper refuses heads of this size by itself.
const LONGEST_LINE: usize = 1024 * 1024;

/// Follows the bytes of one connection.
#[derive(Debug, Default)]
pub(super) struct HeadScan {
    state: State,
    /// The beginning of a line whose end has not arrived.
    pending: Vec<u8>,
    head: Head,
    /// Heads that are complete.
    heads: u64,
}

/// What the next bytes belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    RequestLine,
    Fields,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    Trailers,
    /// What follows is not looked at: there is a fault, and it stands for all later heads too.
    Blind,
}

/// What a head has said so far.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    content_length: Option<u64>,
    is_chunked: bool,
    fault: Option<HeadError>,
}

/// From which head of the connection on, from 0, all have to be refused, and why.
pub(super) type Fault = (u64, HeadError);

impl HeadScan {
    /// Takes the bytes that came next; returns the first head from which on all have to be refused.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Option<Fault> {
        while !bytes.is_empty() && self.state != State::Blind {
            match self.state {
                State::Body(left) => {
                    bytes = self.skip(bytes, left, State::Body, State::RequestLine);
                }
                State::Chunk(left) => {
                    bytes = self.skip(bytes, left, State::Chunk, State::ChunkSize);
                }
                _ => {
                    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
                        return self.keep(bytes);
                    };
                    let (line, rest) = (&bytes[..end], &bytes[end + 1..]);
                    bytes = rest;
                    let fault = if self.pending.is_empty() {
                        self.line(line)
                    } else {
                        let mut whole = std::mem::take(&mut self.pending);
                        whole.extend_from_slice(line);
                        self.line(&whole)
                    };
                    if fault.is_some() {
                        self.state = State::Blind;
                        return fault;
                    }
                }
            }
        }
        None
    }

    fn skip<'a>(
        &mut self,
        bytes: &'a [u8],
        left: u64,
        more: fn(u64) -> State,
        end: State,
    ) -> &'a [u8] {
        let skipped = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let left = left - skipped as u64;
        self.state = if left == 0 { end } else { more(left) };
        &bytes[skipped..]
    }

    fn keep(&mut self, bytes: &[u8]) -> Option<Fault> {
        if self.pending.len() + bytes.len() > LONGEST_LINE {
            self.pending = Vec::new();
            self.state = State::Blind;
            return self.lost();
        }
        self.pending.extend_from_slice(bytes);
        None
    }

    /// Where the next head begins cannot be told, so whatever comes next is refused.
    fn lost(&self) -> Option<Fault> {
        Some((self.heads, HeadError::FramingConflict))
    }

    fn line(&mut self, line: &[u8]) -> Option<Fault> {
        let line = match (line.strip_suffix(b"\r"), self.state) {
            (Some(line), _) => line,
            // hyper ends lines at a bare line feed in a head, but not in what frames a chunked body.
            (None, State::RequestLine | State::Fields) => line,
            (None, _) => return self.lost(),
        };
        match self.state {
            // Empty lines before a request line are skipped (RFC 9112, section 2.2).
            State::RequestLine if line.is_empty() => {}
            State::RequestLine => {
                self.head = Head::default();
                if line.contains(&b'#') {
                    self.head.fault = Some(HeadError::TargetForm);
                }
                self.state = State::Fields;
            }
            State::Fields if line.is_empty() => return self.head_ends(),
            State::Fields => self.head.field(line),
            State::ChunkSize => {
                self.state = match chunk_size(line) {
                    None => return self.lost(),
                    Some(0) => State::Trailers,
                    // The line break after the chunk belongs to it.
                    Some(size) => State::Chunk(size.saturating_add(2)),
                };
            }
            State::Trailers if line.is_empty() => self.state = State::RequestLine,
            State::Trailers | State::Body(_) | State::Chunk(_) | State::Blind => {}
        }
        None
    }

    fn head_ends(&mut self) -> Option<Fault> {
        let number = self.heads;
        self.heads += 1;
        self.state = match (self.head.is_chunked, self.head.content_length) {
            (true, _) => State::ChunkSize,
            (false, Some(length @ 1..)) => State::Body(length),
            (false, _) => State::RequestLine,
        };
        self.head.fault.map(|fault| (number, fault))
    }
}

impl Head {
    fn field(&mut self, line: &[u8]) {
        // Two of all fields matter, and a look at one letter sorts most others out.
        if !matches!(line.first(), Some(b'c' | b'C' | b't' | b'T')) {
            return;
        }
        if let Some(value) = value_of(line, b"content-length") {
            if self.content_length.is_some() {
                self.fault.get_or_insert(HeadError::ContentLengthRepeated);
            }
            // What is no number hyper refuses.
            let number = std::str::from_utf8(value)
                .ok()
                .and_then(|text| text.parse().ok());
            self.content_length = Some(number.unwrap_or_default());
        } else if value_of(line, b"transfer-encoding").is_some() {
            self.is_chunked = true;
        }
        if self.is_chunked && self.content_length.is_some() {
            self.fault.get_or_insert(HeadError::FramingConflict);
        }
    }
}

/// The value of the field `name`, if this is its line.
fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (field, value) = line.split_at_checked(name.len())?;
    let value = value.strip_prefix(b":")?;
    field.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
}

/// The size of a chunk, without its extensions (RFC 9112, section 7.1).
fn chunk_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let digits = std::str::from_utf8(digits).ok()?;
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHUNKED: &str = "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    fn scan(text: &str) -> Option<Fault> {
        HeadScan::default().feed(text.as_bytes())
    }

    #[test]
    fn hidden_faults_are_seen_wherever_they_stand() {
        use HeadError::{ContentLengthRepeated, FramingConflict, TargetForm};
        for (head, fault) in [
            (
                "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                FramingConflict,
            ),
            (
                "POST / HTTP/1.1\ntransfer-encoding:chunked\nCONTENT-LENGTH:\t1\n\n",
                FramingConflict,
            ),
            (
                "POST / HTTP/1.1\r\ncontent-length: 1\r\nA: b\r\nContent-Length: 1\r\n\r\n",
                ContentLengthRepeated,
            ),
            ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", TargetForm),
        ] {
            assert_eq!(scan(head), Some((0, fault)), "{head}");
            let after_a_body = format!("{CHUNKED}3;x=y\r\n#\r\n\r\n0\r\nTrailer: 1\r\n\r\n{head}");
            assert_eq!(scan(&after_a_body), Some((1, fault)), "{after_a_body}");
            let after_a_length =
                format!("\r\nPOST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n\n\n\n\n{head}");
            assert_eq!(scan(&after_a_length), Some((1, fault)), "{after_a_length}");
        }
    }

    #[test]
    fn it_does_not_matter_how_the_bytes_arrive() {
        let text = format!("{CHUNKED}a\r\n0123456789\r\n0\r\n\r\nGET /#f HTTP/1.1\r\n\r\n");
        for size in 1..text.len() {
            let mut scan = HeadScan::default();
            let faults: Vec<Fault> = text
                .as_bytes()
                .chunks(size)
                .filter_map(|part| scan.feed(part))
                .collect();
            assert_eq!(faults, [(1, HeadError::TargetForm)], "in parts of {size}");
        }
    }

    #[test]
    fn once_the_framing_is_lost_everything_is_refused() {
        for framing in [
            "0\r\nX: a\n\nPOST /x HTTP/1.1\n",
            "5\nhello",
            "zz\r\n",
            "\r\n",
        ] {
            let fault = Some((1, HeadError::FramingConflict));
            assert_eq!(scan(&format!("{CHUNKED}{framing}")), fault, "{framing:?}");
        }
    }

    #[test]
    fn bodies_are_not_heads() {
        let smuggled = "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let length = smuggled.len();
        assert_eq!(
            scan(&format!(
                "POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n{smuggled}"
            )),
            None
        );
        assert_eq!(
            scan(&format!("{CHUNKED}{length:x}\r\n{smuggled}\r\n0\r\n\r\n")),
            None
        );
    }

    #[test]
    fn similar_names_are_other_fields() {
        assert_eq!(
            scan("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length-X: 1\r\nTe: x\r\n\r\n"),
            None
        );
    }
}
