//! Where in a request the key stands.

use std::borrow::Cow;
use std::fmt;

use gateway_core::rejection::Rejection;
use http::HeaderName;
use http::request::Parts;

use super::{cookie, query, rejection};

/// Where in a request the key stands. The default is the header field `x-api-key`.
///
/// ```
/// use layer_auth::{ApiKeyLayer, ApiKeys, CredentialSource};
///
/// let layer = ApiKeyLayer::new(ApiKeys::new()).reading(CredentialSource::Query("key".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// The value of a header field.
    Header(HeaderName),
    /// The value of a query parameter, its escapes resolved. Addresses end up in logs and histories: prefer a
    /// header where callers can send one.
    Query(String),
    /// The value of a cookie, as it is.
    Cookie(String),
}

impl CredentialSource {
    /// The one key of a request.
    pub(super) fn read<'a>(&self, parts: &'a Parts) -> Result<Cow<'a, [u8]>, Rejection> {
        match self {
            Self::Header(name) => {
                let values = parts.headers.get_all(name).iter();
                self.only(values.map(|value| value.as_bytes().into()))
            }
            Self::Query(name) => self.only(query::values(&parts.uri, name)),
            Self::Cookie(name) => self.only(cookie::values(&parts.headers, name).map(Cow::from)),
        }
    }

    /// Takes the key out of the request, which stays as it was otherwise.
    pub(super) fn cut(&self, parts: &mut Parts) {
        match self {
            Self::Header(name) => {
                parts.headers.remove(name);
            }
            Self::Query(name) => query::cut(&mut parts.uri, name),
            Self::Cookie(name) => cookie::cut(&mut parts.headers, name),
        }
    }

    fn only<'a>(
        &self,
        mut keys: impl Iterator<Item = Cow<'a, [u8]>>,
    ) -> Result<Cow<'a, [u8]>, Rejection> {
        let key = keys.next().ok_or_else(|| rejection::missing(self))?;
        if keys.next().is_some() {
            Err(rejection::ambiguous(self))
        } else if key.is_empty() {
            Err(rejection::missing(self))
        } else {
            Ok(key)
        }
    }
}

impl Default for CredentialSource {
    fn default() -> Self {
        Self::Header(HeaderName::from_static("x-api-key"))
    }
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header `{name}`"),
            Self::Query(name) => write!(f, "query parameter `{name}`"),
            Self::Cookie(name) => write!(f, "cookie `{name}`"),
        }
    }
}
