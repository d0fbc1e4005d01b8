//! From lines to a map of fields.

use bytes::Bytes;
use http::header::CONNECTION;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::persistence::Persistence;
use super::section::SectionFault;
use super::usual_name::usual_name;
use crate::head::framing::FramingLines;

/// Fields that the gateway adds to nearly every message. The map has room for them from the start.
const TO_COME: usize = 6;

/// The fields of a head.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) map: HeaderMap,
    /// What they say of the length of the body.
    pub(super) framing: FramingLines,
    /// What `Connection` says of the connection itself.
    pub(super) persistence: Persistence,
}

impl Fields {
    /// The fields in these `lines` of `head`, put into `map`, which is empty. Their values are slices of the head:
    /// they keep it alive and cost no copy. A `Connection` that says no more than `persistence` knows is left out:
    /// most messages have one, and whoever passes the fields on would have to find it and take it out again.
    pub(super) fn collect<'a>(
        head: &Bytes,
        lines: impl ExactSizeIterator<Item = &'a [u8]>,
        mut map: HeaderMap,
    ) -> Result<Self, SectionFault> {
        map.try_reserve(lines.len() + TO_COME)
            .map_err(|_| SectionFault::TooManyFields)?;
        let mut fields = Self {
            map,
            framing: FramingLines::default(),
            persistence: Persistence::default(),
        };
        for line in lines {
            let (name, value) = split(line).ok_or(SectionFault::Malformed)?;
            if name == CONNECTION && !fields.persistence.add(value) && is_text(value) {
                continue;
            }
            let value = HeaderValue::from_maybe_shared(head.slice_ref(value))
                .map_err(|_| SectionFault::Malformed)?;
            fields.framing.add(&name, &value);
            fields
                .map
                .try_append(name, value)
                .map_err(|_| SectionFault::TooManyFields)?;
        }
        Ok(fields)
    }
}

/// The name and the value of a line. A space before the colon, or before the name where an old sender goes on with
/// the line before, is in no name (RFC 9112, section 5); what no value may hold is for [`HeaderValue`] to find.
fn split(line: &[u8]) -> Option<(HeaderName, &[u8])> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    let name = match usual_name(name) {
        Some(name) => name,
        None => HeaderName::from_bytes(name).ok()?,
    };
    Some((name, trim(value)))
}

/// Without the whitespace around it, which is only this (RFC 9110, section 5.6.3).
fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Whether a value may be one: nobody else looks at what is left out.
fn is_text(value: &[u8]) -> bool {
    let is_text = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~' | 0x80..);
    value.iter().all(is_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_slices_of_the_head() {
        let head = Bytes::from_static(b"Host: a\r\nX-Empty:\r\nconnection: close\r\n\r\n");
        let lines = [&head[..7], &head[9..17], &head[19..36]];
        let fields = Fields::collect(&head, lines.into_iter(), HeaderMap::new()).unwrap();
        assert_eq!(fields.map["host"].as_bytes().as_ptr(), head[6..].as_ptr());
        assert_eq!(fields.map["x-empty"], "");
        assert!(!fields.persistence.keeps_alive(http::Version::HTTP_11));
        assert!(fields.map.capacity() >= 9);
    }

    #[test]
    fn what_is_left_out_is_looked_at_too() {
        for value in ["close\0", "\x7f", "\x0bclose", "keep-alive\r"] {
            let head = Bytes::from(format!("connection:{value}"));
            let result = Fields::collect(&head, [&head[..]].into_iter(), HeaderMap::new());
            assert_eq!(result.unwrap_err(), SectionFault::Malformed, "{value:?}");
        }
    }
}
