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
    /// for a slash (`..%2Fadmin`).
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

/// The parts of a segment between escaped slashes and backslashes.
fn pieces(segment: &str) -> impl Iterator<Item = &str> {
    segment.split("%2F").flat_map(|piece| piece.split("%5C"))
}

/// Whether `piece` is one or two dots, some perhaps escaped twice, with at most parameters after them.
fn is_disguised_dot(piece: &str) -> bool {
    let Some(mut rest) = strip_dot(piece) else {
        return false;
    };
    rest = strip_dot(rest).unwrap_or(rest);
    rest.is_empty() || rest.starts_with(';') || rest.starts_with("%3B")
}

fn strip_dot(text: &str) -> Option<&str> {
    [".", "%252E", "%252e"]
        .iter()
        .find_map(|dot| text.strip_prefix(dot))
}
