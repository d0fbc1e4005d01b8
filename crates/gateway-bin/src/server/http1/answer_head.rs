//! How an answer is framed, and the fields that say so.

use gateway_core::head::{framing, hop_by_hop};
use http::header::{CONNECTION, CONTENT_LENGTH, DATE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use http::response::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body::SizeHint;

use super::asked::Asked;
use crate::server::date;

/// How a client sees where the body of an answer ends (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is none.
    None,
    /// After as many bytes.
    Length(u64),
    Chunked,
    /// With the connection: for HTTP/1.0, which knows no chunks.
    UntilClose,
}

impl Framing {
    /// Of an answer with `status` that says this, whose body is as long as `size` says.
    pub(super) fn of(status: StatusCode, said: &Said, size: &SizeHint, asked: Asked) -> Self {
        if asked.is_head || framing::is_bodiless(status) {
            return Self::None;
        }
        if let Some(length) = size.exact().or_else(|| said.length()) {
            // Only chunks have trailers.
            if said.lengths > 0 || !(said.trailer && asked.is_modern) {
                return Self::Length(length);
            }
        }
        if asked.is_modern {
            Self::Chunked
        } else {
            Self::UntilClose
        }
    }
}

/// Writes into an answer's head how it is framed and whether the connection `closes` after it, in the place of
/// whatever it `said` about that.
pub(super) fn complete(
    head: &mut Parts,
    said: &Said,
    framing: Framing,
    asked: Asked,
    closes: bool,
) {
    let headers = &mut head.headers;
    if said.coding {
        headers.remove(TRANSFER_ENCODING);
    }
    match framing {
        Framing::None if head.status == StatusCode::NO_CONTENT => {
            headers.remove(CONTENT_LENGTH);
        }
        // The length that the body would have.
        Framing::None => {}
        Framing::Length(length) => {
            if said.length() != Some(length) {
                headers.insert(CONTENT_LENGTH, length.into());
            }
        }
        Framing::Chunked => {
            headers.remove(CONTENT_LENGTH);
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        Framing::UntilClose => {
            headers.remove(CONTENT_LENGTH);
        }
    }
    if closes {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    } else if !asked.is_modern {
        headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
    } else if said.connection {
        headers.remove(CONNECTION);
    }
    if !said.date {
        headers.insert(DATE, date::now());
    }
}

/// Writes into the head of a `101` what it switches to.
pub(super) fn complete_upgrade(headers: &mut HeaderMap) {
    for field in [TRANSFER_ENCODING, CONTENT_LENGTH] {
        headers.remove(field);
    }
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.entry(DATE).or_insert_with(date::now);
}

/// What an answer says of itself in the fields that matter here; one pass over them instead of a look-up for each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    /// How many lines of `Content-Length` there are.
    lengths: usize,
    /// What the last of them says.
    length: Option<u64>,
    coding: bool,
    connection: bool,
    /// Nothing may follow the answer.
    pub(super) close: bool,
    trailer: bool,
    date: bool,
}

impl Said {
    /// By an answer with these fields.
    pub(super) fn by(headers: &HeaderMap) -> Self {
        let mut said = Self::default();
        for (name, value) in headers {
            if *name == CONTENT_LENGTH {
                said.lengths += 1;
                said.length = framing::length(value);
            }
            said.coding |= *name == TRANSFER_ENCODING;
            said.connection |= *name == CONNECTION;
            said.trailer |= *name == TRAILER;
            said.date |= *name == DATE;
        }
        said.close = said.connection
            && hop_by_hop::tokens(headers, &CONNECTION)
                .any(|option| option.eq_ignore_ascii_case(b"close"));
        said
    }

    /// What `Content-Length` says, if it says one thing and nothing else speaks of the end.
    fn length(&self) -> Option<u64> {
        self.length.filter(|_| self.lengths == 1 && !self.coding)
    }
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;

    fn head(status: u16, fields: &[(&str, &str)]) -> Parts {
        let mut response = Response::builder().status(status);
        for (name, value) in fields {
            response = response.header(*name, *value);
        }
        response.body(()).unwrap().into_parts().0
    }

    fn asked() -> Asked {
        Asked::by_nobody_knows()
    }

    #[test]
    fn the_end_of_a_body_is_always_told_and_told_once() {
        let old = Asked {
            is_modern: false,
            ..asked()
        };
        let to_head = Asked {
            is_head: true,
            ..asked()
        };
        let exact = SizeHint::with_exact;
        let open = SizeHint::default;
        let length = ("content-length", "5");
        let chunked = ("transfer-encoding", "chunked");
        for (asked, status, fields, size, framing, said) in [
            (
                asked(),
                200,
                &[][..],
                exact(5),
                Framing::Length(5),
                Some("5"),
            ),
            (asked(), 200, &[], exact(0), Framing::Length(0), Some("0")),
            (
                asked(),
                200,
                &[length],
                open(),
                Framing::Length(5),
                Some("5"),
            ),
            (
                asked(),
                200,
                &[length],
                exact(7),
                Framing::Length(7),
                Some("7"),
            ),
            (
                asked(),
                200,
                &[length, length],
                open(),
                Framing::Chunked,
                None,
            ),
            (
                asked(),
                200,
                &[length, chunked],
                open(),
                Framing::Chunked,
                None,
            ),
            (
                asked(),
                200,
                &[("content-length", "x")],
                open(),
                Framing::Chunked,
                None,
            ),
            (asked(), 200, &[], open(), Framing::Chunked, None),
            (
                asked(),
                200,
                &[("trailer", "x")],
                exact(5),
                Framing::Chunked,
                None,
            ),
            (
                old,
                200,
                &[("trailer", "x")],
                exact(5),
                Framing::Length(5),
                Some("5"),
            ),
            (old, 200, &[chunked], open(), Framing::UntilClose, None),
            (to_head, 200, &[length], exact(0), Framing::None, Some("5")),
            (to_head, 200, &[], open(), Framing::None, None),
            (asked(), 304, &[length], exact(0), Framing::None, Some("5")),
            (asked(), 304, &[], exact(0), Framing::None, None),
            (asked(), 204, &[length], exact(0), Framing::None, None),
        ] {
            let mut head = head(status, fields);
            let by_itself = Said::by(&head.headers);
            let found = Framing::of(head.status, &by_itself, &size, asked);
            assert_eq!(found, framing, "{status} {fields:?} {asked:?}");
            complete(&mut head, &by_itself, found, asked, false);
            let lengths: Vec<_> = head.headers.get_all(CONTENT_LENGTH).iter().collect();
            assert_eq!(lengths, said.into_iter().collect::<Vec<_>>(), "{fields:?}");
            let is_chunked = head.headers.contains_key(TRANSFER_ENCODING);
            assert_eq!(is_chunked, framing == Framing::Chunked);
            assert!(head.headers.contains_key(DATE));
        }
    }

    #[test]
    fn what_becomes_of_the_connection_is_told_where_it_is_not_understood() {
        let old = Asked {
            is_modern: false,
            ..asked()
        };
        for (asked, closes, said) in [
            (asked(), true, Some("close")),
            (asked(), false, None),
            (old, true, Some("close")),
            (old, false, Some("keep-alive")),
        ] {
            let mut head = head(200, &[("connection", "x-odd")]);
            let by_itself = Said::by(&head.headers);
            complete(&mut head, &by_itself, Framing::Length(0), asked, closes);
            let found = head
                .headers
                .get(CONNECTION)
                .map(|value| value.to_str().unwrap());
            assert_eq!(found, said, "{asked:?} {closes}");
        }
        for (line, closes) in [("x, Close", true), ("closed", false)] {
            let head = head(200, &[("connection", line)]);
            assert_eq!(Said::by(&head.headers).close, closes);
        }
    }
}
