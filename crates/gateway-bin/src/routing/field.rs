//! The named values of a request that a route can ask for.

use std::fmt;

use gateway_core::head::{cookies, query};
use http::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue, PROXY_AUTHORIZATION};
use http::request::Parts;
use serde::{Serialize, Serializer};

/// A header, cookie or query parameter. Each can occur more than once in a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The header of this name.
    Header(HeaderName),
    /// The cookie of this name, as RFC 6265 has it: the value as it stands, quotes included.
    Cookie(Box<str>),
    /// The query parameter of this name, once `%` escapes are decoded and `+` is a space.
    Query(Box<str>),
}

impl Field {
    /// Whether `accept` takes any of the field's values in the request.
    pub(super) fn any(&self, parts: &Parts, mut accept: impl FnMut(&[u8]) -> bool) -> bool {
        match self {
            Self::Header(name) => {
                let mut values = parts.headers.get_all(name).iter();
                values.any(|value| accept(value.as_bytes()))
            }
            Self::Cookie(name) => cookies::pairs(&parts.headers)
                .any(|(found, value)| *found == **name && accept(value.as_bytes())),
            Self::Query(name) => query::pairs(parts.uri.query().unwrap_or_default())
                .any(|(found, value)| *found == **name && accept(value.as_bytes())),
        }
    }

    /// Whether the field is a query parameter.
    pub(super) fn is_query(&self) -> bool {
        matches!(self, Self::Query(_))
    }

    /// Whether its values in the request should not be shown: cookies, credentials, and what is marked so.
    pub(super) fn is_secret(&self, parts: &Parts) -> bool {
        match self {
            Self::Header(name) => {
                let mut values = parts.headers.get_all(name).iter();
                [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(name)
                    || values.any(HeaderValue::is_sensitive)
            }
            Self::Cookie(_) => true,
            Self::Query(_) => false,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Header(name) => name.as_str(),
            Self::Cookie(name) | Self::Query(name) => name,
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Header(_) => "header",
            Self::Cookie(_) => "cookie",
            Self::Query(_) => "query parameter",
        };
        write!(f, "{kind} {}", self.name())
    }
}

impl Serialize for Field {
    /// As it is written in the file: `{ "header": "x-user" }`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = match self {
            Self::Header(_) => "header",
            Self::Cookie(_) => "cookie",
            Self::Query(_) => "query",
        };
        serializer.collect_map([(kind, self.name())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(field: &Field, uri: &str, cookies: &[&str]) -> Vec<String> {
        let mut request = http::Request::builder()
            .uri(uri)
            .header("x-a", "1")
            .header("x-a", "2");
        for cookie in cookies {
            request = request.header(COOKIE, *cookie);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let mut found = Vec::new();
        let accepted = field.any(&parts, |value| {
            found.push(String::from_utf8_lossy(value).into_owned());
            false
        });
        assert!(!accepted);
        found
    }

    #[test]
    fn all_occurrences_are_seen() {
        let header = Field::Header(HeaderName::from_static("x-a"));
        assert_eq!(values(&header, "/", &[]), ["1", "2"]);
        let cookie = Field::Cookie("a".into());
        assert_eq!(
            values(
                &cookie,
                "/",
                &["a=1; b=2;a = \"3\" ; a", "A=4; aa=5; a=b=c; a="]
            ),
            ["1", "\"3\"", "b=c", ""]
        );
        let query = Field::Query("a b".into());
        assert_eq!(
            values(&query, "/?a+b=1&a%20b=2%2B+3&a+b&&ab=4&A+b=5&a+b=%zz", &[]),
            ["1", "2+ 3", "", "%zz"]
        );
        assert_eq!(values(&query, "/", &[]), [""; 0]);
    }
}
