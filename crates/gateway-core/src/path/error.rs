//! Why a path has no canonical form.

use std::fmt;

use http::StatusCode;

use crate::rejection::{Code, Rejection};

/// Why a path cannot be made canonical. Its text is constant and may be shown to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathError {
    /// It does not begin with a slash.
    NotAbsolute,
    /// A NUL, raw or escaped.
    Nul,
    /// A control character other than NUL, raw or escaped.
    Control,
    /// A byte outside ASCII that is not escaped.
    NotAscii,
    /// A raw `?` or `#`, which would end the path.
    Delimiter,
    /// A raw backslash, which some servers take for a slash.
    Backslash,
    /// A percent sign that two hex digits do not follow.
    BadEscape,
    /// An overlong UTF-8 sequence, such as `%C0%AE` for a dot.
    Overlong,
    /// `%2F` or `%5C` where [`EncodedSlash`](super::EncodedSlash) refuses it.
    EncodedSlash,
    /// A segment that some servers take for a dot segment and others do not.
    Ambiguous,
    /// More `..` than there are segments before them.
    AboveRoot,
    /// Longer than a URI can be once it is canonical (64 KiB).
    TooLong,
}

impl PathError {
    /// The stable code of the refusal, such as `request/path-above-root`.
    pub fn code(self) -> Code {
        self.describe().0
    }

    /// What the client is told.
    pub fn detail(self) -> &'static str {
        self.describe().1
    }

    /// 414 for a path that is too long, 400 for all others.
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLong => StatusCode::URI_TOO_LONG,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    #[rustfmt::skip]
    const fn describe(self) -> (Code, &'static str) {
        let (code, detail) = match self {
            Self::NotAbsolute => ("request/path-not-absolute", "The path does not begin with a slash."),
            Self::Nul => ("request/path-nul", "The path contains a NUL."),
            Self::Control => ("request/path-control", "The path contains a control character."),
            Self::NotAscii => ("request/path-not-ascii", "The path contains a byte outside ASCII."),
            Self::Delimiter => ("request/path-delimiter", "The path contains a raw question mark or number sign."),
            Self::Backslash => ("request/path-backslash", "The path contains a backslash."),
            Self::BadEscape => ("request/path-bad-escape", "The path contains a malformed percent escape."),
            Self::Overlong => ("request/path-overlong", "The path contains an overlong UTF-8 sequence."),
            Self::EncodedSlash => ("request/path-encoded-slash", "The path contains an escaped slash."),
            Self::Ambiguous => ("request/path-ambiguous", "The path has more than one reading."),
            Self::AboveRoot => ("request/path-above-root", "The path leads above the root."),
            Self::TooLong => ("request/path-too-long", "The path is too long."),
        };
        (Code::new(code), detail)
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail())
    }
}

impl std::error::Error for PathError {}

impl From<PathError> for Rejection {
    fn from(error: PathError) -> Self {
        Self::new(error.status(), error.code(), error.detail())
    }
}
