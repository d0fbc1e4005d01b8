//! A text that a body must contain.

use bytes::Bytes;

/// How much of a body is looked at.
const MOST: usize = 64 << 10;

/// A text that the beginning of a body must contain, looked for as the body comes.
#[derive(Debug)]
pub(super) struct Needle {
    text: Bytes,
    seen: Vec<u8>,
    is_found: bool,
}

impl Needle {
    /// Looks for `text`, which is not empty.
    pub(super) fn new(text: Bytes) -> Self {
        Self {
            text,
            seen: Vec::new(),
            is_found: false,
        }
    }

    /// Takes the next piece of the body; says whether more of it is of interest.
    pub(super) fn wants_more_after(&mut self, data: &[u8]) -> bool {
        let from = self.seen.len().saturating_sub(self.text.len());
        let room = MOST - self.seen.len();
        self.seen.extend_from_slice(&data[..data.len().min(room)]);
        let unseen = &self.seen[from..];
        self.is_found = self.is_found
            || unseen
                .windows(self.text.len().max(1))
                .any(|window| window == self.text);
        !self.is_found && self.seen.len() < MOST
    }

    /// Whether it was there.
    pub(super) fn is_found(&self) -> bool {
        self.is_found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_found(pieces: &[&[u8]]) -> bool {
        let mut needle = Needle::new("ready".into());
        for piece in pieces {
            if !needle.wants_more_after(piece) {
                break;
            }
        }
        needle.is_found()
    }

    #[test]
    fn wherever_the_pieces_break() {
        assert!(is_found(&[b"{\"state\":\"ready\"}"]));
        assert!(is_found(&[b"rea", b"dy"]));
        assert!(is_found(&[b"r", b"e", b"a", b"d", b"y"]));
        assert!(is_found(&[b"rearea", b"dy"]));
        assert!(!is_found(&[b"rea", b"d"]));
        assert!(!is_found(&[]));
    }

    #[test]
    fn no_further_than_64_kib() {
        let filler = vec![b'x'; MOST - 5];
        assert!(is_found(&[&filler, b"ready"]));
        let filler = vec![b'x'; MOST - 4];
        assert!(!is_found(&[&filler, b"ready"]));
        let mut needle = Needle::new("ready".into());
        assert!(!needle.wants_more_after(&vec![b'x'; 10 * MOST]));
        assert_eq!(needle.seen.len(), MOST);
    }
}
