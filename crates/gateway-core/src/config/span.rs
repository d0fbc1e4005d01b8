//! Where in a configuration file something stands.

/// A half-open range of byte offsets in a configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset one past the last byte.
    pub end: usize,
}

impl Span {
    /// The part of this span that starts `offset` bytes in and is `len` bytes long, kept inside this span.
    pub fn slice(self, offset: usize, len: usize) -> Self {
        let start = (self.start + offset).min(self.end);
        Self {
            start,
            end: (start + len).min(self.end),
        }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self {
            start: range.start,
            end: range.end,
        }
    }
}
