//! The name of a header field: `"x-user"`.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;

use crate::config::{Diagnosis, Text};

/// The name of a header field, in lower case however it was written.
///
/// ```
/// use gateway_core::config::HeaderName;
///
/// let name: HeaderName = "X-User".parse().unwrap();
/// assert_eq!(name.as_str(), "x-user");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderName(http::HeaderName);

impl HeaderName {
    /// The plain value.
    pub fn into_inner(self) -> http::HeaderName {
        self.0
    }
}

impl Text for HeaderName {
    const NAME: &'static str = "HeaderName";
    const WANTED: &'static str = "the name of a header such as \"x-user\"";
    const DESCRIPTION: &'static str =
        "The name of a header field; upper and lower case are the same.";
    const EXAMPLES: &'static [&'static str] = &["x-user", "authorization"];
    const PATTERN: Option<&'static str> = Some(r"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        if let Ok(name) = http::HeaderName::from_bytes(text.as_bytes()) {
            return Ok(Self(name));
        }
        let bad = text.char_indices().find(|(_, letter)| {
            let mut bytes = [0; 4];
            http::HeaderName::from_bytes(letter.encode_utf8(&mut bytes).as_bytes()).is_err()
        });
        Err(match bad {
            Some((at, ':')) if text.starts_with(':') => {
                Diagnosis::new("a header name cannot start with `:`").within(at, 1)
            }
            Some((at, letter)) => {
                Diagnosis::new(format!("a header name cannot contain {letter:?}"))
                    .within(at, letter.len_utf8())
            }
            None if text.is_empty() => Diagnosis::new("a header name cannot be empty"),
            None => Diagnosis::new("this header name is too long"),
        })
    }
}

crate::text_value!(HeaderName);

impl Deref for HeaderName {
    type Target = http::HeaderName;

    fn deref(&self) -> &http::HeaderName {
        &self.0
    }
}

impl From<http::HeaderName> for HeaderName {
    fn from(name: http::HeaderName) -> Self {
        Self(name)
    }
}

impl PartialOrd for HeaderName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for HeaderName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.as_str().cmp(other.0.as_str())
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::{pointed_at, read, value};

    #[test]
    fn errors_name_the_letter() {
        assert_eq!(
            value::<HeaderName>("'x user'").unwrap_err(),
            "a header name cannot contain ' '"
        );
        assert_eq!(pointed_at::<HeaderName>("'x user'"), " ");
        assert_eq!(
            value::<HeaderName>("''").unwrap_err(),
            "a header name cannot be empty"
        );
        assert_eq!(
            value::<HeaderName>("'grüße'").unwrap_err(),
            "a header name cannot contain 'ü'"
        );
        let long = format!("'{}'", "x".repeat(70_000));
        assert_eq!(
            value::<HeaderName>(&long).unwrap_err(),
            "this header name is too long"
        );
    }

    #[test]
    fn as_a_key_of_a_table() {
        let set: std::collections::HashMap<HeaderName, String> = read("X-A = 'a'\n").unwrap();
        assert_eq!(set.keys().next().unwrap().as_str(), "x-a");
    }
}
