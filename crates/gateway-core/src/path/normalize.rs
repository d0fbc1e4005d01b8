//! The slow path: the canonical form of a path that is not canonical.

use super::escape::{self, Escape, Fate};
use super::scan::{Class, class};
use super::segment::Segment;
use super::{EncodedSlash, PathError};

/// The canonical form of `path`.
pub(super) fn normalize(path: &str, slash: EncodedSlash) -> Result<String, PathError> {
    let relative = path.strip_prefix('/').ok_or(PathError::NotAbsolute)?;
    let mut out = String::with_capacity(path.len());
    let mut segments = relative.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        // `out` holds whole segments, empty ones too, each with its slash in front.
        let start = out.len();
        out.push('/');
        decode(segment.as_bytes(), slash, &mut out)?;
        match Segment::read(&out[start + 1..], is_last) {
            Segment::Plain => continue,
            Segment::Current => out.truncate(start),
            Segment::Parent => {
                out.truncate(start);
                pop(&mut out)?;
            }
            Segment::Ambiguous => return Err(PathError::Ambiguous),
        }
        if is_last {
            out.push('/');
        }
    }
    Ok(merge_slashes(out))
}

/// Takes back the last segment.
fn pop(out: &mut String) -> Result<(), PathError> {
    let last = out.rfind('/').ok_or(PathError::AboveRoot)?;
    if last + 1 == out.len() {
        // RFC 3986 takes back an empty segment; servers that merge slashes first take back the one before.
        return Err(PathError::Ambiguous);
    }
    out.truncate(last);
    Ok(())
}

fn merge_slashes(mut path: String) -> String {
    let mut follows_slash = false;
    path.retain(|c| {
        let is_repeated = follows_slash && c == '/';
        follows_slash = c == '/';
        !is_repeated
    });
    path
}

/// Appends the canonical form of one segment to `out`.
fn decode(segment: &[u8], slash: EncodedSlash, out: &mut String) -> Result<(), PathError> {
    let mut at = 0;
    while let Some(&byte) = segment.get(at) {
        at += 1;
        match class(byte) {
            Class::Plain | Class::Slash => out.push(char::from(byte)),
            Class::Unsafe => escape::push(out, byte),
            Class::Refused => return Err(refusal(byte)),
            Class::Percent => {
                let escape = Escape::read(&segment[at - 1..]).ok_or(PathError::BadEscape)?;
                at += 2;
                match escape.fate(&segment[at..], slash)? {
                    Fate::Decode => out.push(char::from(escape.value)),
                    Fate::Keep => escape::push(out, escape.value),
                }
            }
        }
    }
    Ok(())
}

fn refusal(byte: u8) -> PathError {
    match byte {
        0 => PathError::Nul,
        b'\\' => PathError::Backslash,
        b'?' | b'#' => PathError::Delimiter,
        0x80.. => PathError::NotAscii,
        _ => PathError::Control,
    }
}
