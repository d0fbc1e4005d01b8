//! The fast path: is a path canonical already?

use super::EncodedSlash;
use super::escape::{Escape, Fate};

/// What a byte means in a path, wherever it stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Stands for itself.
    Plain,
    /// Separates segments.
    Slash,
    /// Begins an escape.
    Percent,
    /// Printable ASCII that a URI does not allow here: it is escaped.
    Unsafe,
    /// Refused.
    Refused,
}

/// The class of a byte.
pub(super) fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Refused; 256];
    let mut byte = 0x20;
    while byte < 0x7f {
        classes[byte as usize] = match byte {
            b'/' => Class::Slash,
            b'%' => Class::Percent,
            b'\\' | b'?' | b'#' => Class::Refused,
            b' ' | b'"' | b'<' | b'>' | b'[' | b']' | b'^' | b'`' | b'{' | b'|' | b'}' => {
                Class::Unsafe
            }
            _ => Class::Plain,
        };
        byte += 1;
    }
    classes
};

/// Whether `path` is certainly canonical, decided in one pass. What is rare is left to
/// [`normalize`](super::normalize::normalize), which decides for certain.
pub(super) fn is_canonical(path: &[u8], slash: EncodedSlash) -> bool {
    if path.first() != Some(&b'/') {
        return false;
    }
    let mut at = 0;
    while at < path.len() {
        match class(path[at]) {
            Class::Plain => at += 1,
            Class::Slash => {
                at += 1;
                if !starts_plainly(&path[at..]) {
                    return false;
                }
            }
            Class::Percent if stays(&path[at..], slash) => at += 3,
            _ => return false,
        }
    }
    true
}

/// Whether the segment at the start of `rest` is neither empty nor anything like a dot segment.
fn starts_plainly(rest: &[u8]) -> bool {
    !matches!(
        rest,
        [b'/' | b';', ..]
            | [b'%', b'2', b'5', ..]
            | [b'.']
            | [b'.', b'.']
            | [b'.', b'/' | b';' | b'%', ..]
            | [b'.', b'.', b'/' | b';' | b'%', ..]
    )
}

/// Whether the escape at the start of `rest` stays as it is.
fn stays(rest: &[u8], slash: EncodedSlash) -> bool {
    Escape::read(rest).is_some_and(|escape| {
        // An escaped slash, be it escaped twice, makes more of the segment worth a look.
        escape.upper
            && !matches!(escape.value, b'/' | b'\\')
            && !(escape.value == b'%' && matches!(rest[3..], [b'2' | b'5', ..]))
            && matches!(escape.fate(&rest[3..], slash), Ok(Fate::Keep))
    })
}
