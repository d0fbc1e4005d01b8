//! Finding the empty line that ends a head or the trailers.

use bytes::{Bytes, BytesMut};

use super::HeadBounds;

/// Looks for the empty line, at each byte once however the bytes arrive: what was looked at is remembered, so
/// that a client that sends byte by byte makes nobody read its head over and over.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// How much of the line that has no end yet was looked at, counted from the start of the buffer.
    scanned: usize,
    /// Where the line feeds are. Kept from one head to the next, for its space alone.
    ends: Vec<usize>,
    is_whole: bool,
}

/// Why lines cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionFault {
    Malformed,
    TooLarge,
    TooManyFields,
}

/// Lines up to and with an empty one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken<'a> {
    pub(super) bytes: Bytes,
    /// Where the line feeds of those with content are.
    ends: &'a [usize],
}

impl Taken<'_> {
    /// The lines that have content, without CR LF.
    pub(super) fn lines(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let line = &self.bytes[start..end - 1];
            start = end + 1;
            line
        })
    }
}

impl Section {
    /// Takes all lines up to the first empty one off the front of `buffer`, which may only have grown since
    /// the last call that took nothing. `first_lines` are no fields.
    pub(super) fn take(
        &mut self,
        buffer: &mut BytesMut,
        bounds: HeadBounds,
        first_lines: usize,
    ) -> Result<Option<Taken<'_>>, SectionFault> {
        if std::mem::take(&mut self.is_whole) {
            self.ends.clear();
            self.scanned = 0;
        }
        let most = bounds.fields.saturating_add(first_lines);
        let visible = buffer.len().min(bounds.size);
        let end = self.find(&buffer[..visible], most)?;
        let Some(end) = end else {
            let is_full = visible == bounds.size;
            return if is_full {
                Err(SectionFault::TooLarge)
            } else {
                Ok(None)
            };
        };
        self.is_whole = true;
        Ok(Some(Taken {
            bytes: buffer.split_to(end).freeze(),
            ends: &self.ends,
        }))
    }

    /// Where the empty line ends.
    fn find(&mut self, bytes: &[u8], most: usize) -> Result<Option<usize>, SectionFault> {
        while let Some(ahead) = bytes.get(self.scanned..)
            && let Some(distance) = memchr::memchr(b'\n', ahead)
        {
            let line = self.ends.last().map_or(0, |end| end + 1);
            let line_feed = self.scanned + distance;
            // A bare LF may be taken for the end of a line (RFC 9112, section 2.2), but not everybody does:
            // where the one sees a field, the other sees a piece of a value. No client of today needs it.
            if line_feed == line || bytes[line_feed - 1] != b'\r' {
                return Err(SectionFault::Malformed);
            }
            self.scanned = line_feed + 1;
            if line_feed - line == 1 {
                return Ok(Some(self.scanned));
            }
            self.ends.push(line_feed);
            if self.ends.len() > most {
                return Err(SectionFault::TooManyFields);
            }
        }
        self.scanned = bytes.len();
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: HeadBounds = HeadBounds {
        size: 16,
        fields: 2,
    };

    fn take(text: &str) -> Result<Option<(usize, usize)>, SectionFault> {
        let mut buffer = BytesMut::from(text);
        let mut section = Section::default();
        let taken = section.take(&mut buffer, BOUNDS, 0)?;
        Ok(taken.map(|taken| (taken.bytes.len(), taken.lines().len())))
    }

    #[test]
    fn an_empty_line_ends_it() {
        assert_eq!(take("\r\n"), Ok(Some((2, 0))));
        assert_eq!(take("a\r\n\r\nb\r\n\r\n"), Ok(Some((5, 1))));
        assert_eq!(take("a\r\nb\r\n\r\n"), Ok(Some((8, 2))));
        assert_eq!(take("a\r\nb\r\n\r"), Ok(None));
        assert_eq!(take(""), Ok(None));
    }

    #[test]
    fn a_bare_line_feed_is_no_end() {
        for text in ["\n", "a\n", "a\r\n\n", "a\r\nb\n", "a\n\r\n"] {
            assert_eq!(take(text), Err(SectionFault::Malformed), "{text:?}");
        }
    }

    #[test]
    fn the_bounds_hold() {
        assert_eq!(take("a\r\nb\r\nc\r\n"), Err(SectionFault::TooManyFields));
        assert_eq!(take("0123456789a\r\n\r\n"), Ok(Some((15, 1))));
        assert_eq!(take("0123456789ab\r\n\r\n"), Ok(Some((16, 1))));
        assert_eq!(take("0123456789abc\r\n\r\n"), Err(SectionFault::TooLarge));
        assert_eq!(take("0123456789abcdef"), Err(SectionFault::TooLarge));
        assert_eq!(take("0123456789abcde"), Ok(None));
    }

    #[test]
    fn every_byte_is_looked_at_once() {
        let mut section = Section::default();
        let mut buffer = BytesMut::new();
        let text = b"first\r\nsecond\r\n\r\n";
        for (index, byte) in text.iter().enumerate() {
            buffer.extend_from_slice(&[*byte]);
            let taken = section.take(&mut buffer, HeadBounds::DEFAULT, 0).unwrap();
            if index + 1 == text.len() {
                let taken = taken.unwrap();
                let lines: Vec<_> = taken.lines().collect();
                assert_eq!(lines, [&b"first"[..], b"second"]);
            } else {
                assert_eq!(taken, None);
                assert_eq!(section.scanned, index + 1);
            }
        }
        // Nothing of it is left for the next.
        buffer.extend_from_slice(b"a\r\n\r\n");
        let taken = section.take(&mut buffer, HeadBounds::DEFAULT, 0).unwrap();
        assert_eq!(taken.unwrap().lines().collect::<Vec<_>>(), [b"a"]);
    }
}
