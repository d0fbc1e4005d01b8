//! How the client spoke to us: in the clear or over TLS.

use super::Fact;

/// The scheme under which the client sent the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl Fact for Scheme {
    const NAME: &'static str = "scheme";
}
