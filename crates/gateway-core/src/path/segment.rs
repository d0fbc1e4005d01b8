//! What a segment means: itself, a dot segment, or two things to two servers.

/// What a decoded segment does to the path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// Stands for itself.
    Plain,
    /// `.`
    Current,
    /// `..`
    Parent,
    /// Some servers take it for a dot segment or for an empty one, and others do not.
    Ambiguous,
}

impl Segment {
    /// Reads a segment that is canonical in itself; `last` is whether nothing follows it.
    ///
    /// Servlet containers cut a segment at `;` before they resolve dots (`/open/..;/admin`) and merge
    /// what is then empty (`/;x/admin`); others unescape twice (`%252e%252e`) or take an escaped slash
    /// for a slash (`..%2Fadmin`), and some do both (`..%252Fadmin`).
    pub(super) fn read(segment: &str, last: bool) -> Self {
        match segment {
            "." => Self::Current,
            ".." => Self::Parent,
            _ if segment.starts_with(';') && !last => Self::Ambiguous,
            _ if pieces(segment).any(is_disguised_dot) => Self::Ambiguous,
            _ => Self::Plain,
        }
    }
}

/// The parts of a segment between escaped slashes and backslashes, which may be escaped twice.
fn pieces(segment: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(segment);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut escapes = text.match_indices('%');
        let slash = escapes.find_map(|(at, _)| Some((at, strip_slash(&text[at..])?)));
        let (piece, after) = match slash {
            Some((at, after)) => (&text[..at], Some(after)),
            None => (text, None),
        };
        rest = after;
        Some(piece)
    })
}

/// Whether `piece` is one or two dots, some perhaps escaped twice, with at most parameters after them.
fn is_disguised_dot(piece: &str) -> bool {
    let Some(mut rest) = strip_dot(piece) else {
        return false;
    };
    rest = strip_dot(rest).unwrap_or(rest);
    rest.is_empty() || strip_any(rest, &[";", "%3B", "%253B", "%253b"]).is_some()
}

fn strip_dot(text: &str) -> Option<&str> {
    strip_any(text, &[".", "%252E", "%252e"])
}

fn strip_slash(text: &str) -> Option<&str> {
    const SLASHES: [&str; 6] = ["%2F", "%5C", "%252F", "%252f", "%255C", "%255c"];
    strip_any(text, &SLASHES)
}

fn strip_any<'a>(text: &'a str, prefixes: &[&str]) -> Option<&'a str> {
    prefixes.iter().find_map(|prefix| text.strip_prefix(prefix))
}
