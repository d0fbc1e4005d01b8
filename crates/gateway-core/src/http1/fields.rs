//! From parsed lines to a map of fields.

use std::mem::MaybeUninit;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::persistence::Persistence;
use super::section::SectionFault;

/// Where the parser puts one line.
pub(super) type Slot<'a> = MaybeUninit<httparse::Header<'a>>;

/// As many lines as nearly every head has; what has more pays for an allocation.
const FEW: usize = 64;

/// Fields that the gateway adds to nearly every message. The map has room for them from the start.
const TO_COME: usize = 6;

/// The fields of a head.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) map: HeaderMap,
    /// Whether there is a field that says how long the body is.
    pub(super) has_framing: bool,
    /// What `Connection` says of the connection itself.
    pub(super) persistence: Persistence,
}

/// Calls `parse` with room for `lines` lines.
pub(super) fn with_slots<'a, T>(lines: usize, parse: impl FnOnce(&mut [Slot<'a>]) -> T) -> T {
    if lines <= FEW {
        parse(&mut [const { MaybeUninit::uninit() }; FEW])
    } else {
        parse(&mut vec![MaybeUninit::uninit(); lines])
    }
}

impl Fields {
    /// The fields `parsed` in `head`. Their values are slices of it: they keep it alive and cost no copy. A
    /// `Connection` that says no more than `persistence` knows is left out: most messages have one, and whoever
    /// passes the fields on would have to find it and take it out again.
    pub(super) fn collect(
        head: &Bytes,
        parsed: &[httparse::Header<'_>],
    ) -> Result<Self, SectionFault> {
        let map = HeaderMap::try_with_capacity(parsed.len() + TO_COME)
            .map_err(|_| SectionFault::TooManyFields)?;
        let mut fields = Self {
            map,
            has_framing: false,
            persistence: Persistence::default(),
        };
        for line in parsed {
            let name = HeaderName::from_bytes(line.name.as_bytes())
                .map_err(|_| SectionFault::Malformed)?;
            let value = HeaderValue::from_maybe_shared(head.slice_ref(line.value))
                .map_err(|_| SectionFault::Malformed)?;
            fields.has_framing |= name == CONTENT_LENGTH || name == TRANSFER_ENCODING;
            if name == CONNECTION && !fields.persistence.add(line.value) {
                continue;
            }
            fields
                .map
                .try_append(name, value)
                .map_err(|_| SectionFault::TooManyFields)?;
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_slices_of_the_head() {
        let head = Bytes::from_static(b"Host: a\r\nX-Empty:\r\nconnection: close\r\n\r\n");
        let mut slots = [httparse::EMPTY_HEADER; 3];
        let (_, parsed) = httparse::parse_headers(&head, &mut slots).unwrap().unwrap();
        let fields = Fields::collect(&head, parsed).unwrap();
        assert_eq!(fields.map["host"].as_bytes().as_ptr(), head[6..].as_ptr());
        assert_eq!(fields.map["x-empty"], "");
        assert!(!fields.persistence.keeps_alive(http::Version::HTTP_11));
        assert!(!fields.has_framing);
        assert!(fields.map.capacity() >= 9);
    }

    #[test]
    fn there_is_room_for_all_lines() {
        for lines in [0, 1, FEW, FEW + 1, 1000] {
            assert!(with_slots(lines, |slots| slots.len()) >= lines);
        }
    }
}
