//! The value of a header field: `"no-store"`.

use std::fmt;
use std::ops::Deref;

use crate::config::{Diagnosis, Text};

/// The value of a header field: visible ASCII, spaces and tabs.
///
/// ```
/// use gateway_core::config::HeaderValue;
///
/// let value: HeaderValue = "no-store".parse().unwrap();
/// assert_eq!(*value, "no-store");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HeaderValue(http::HeaderValue);

impl HeaderValue {
    /// The plain value.
    pub fn into_inner(self) -> http::HeaderValue {
        self.0
    }
}

impl Text for HeaderValue {
    const NAME: &'static str = "HeaderValue";
    const WANTED: &'static str = "the value of a header such as \"no-store\"";
    const DESCRIPTION: &'static str =
        "The value of a header field: visible ASCII characters, spaces and tabs.";
    const EXAMPLES: &'static [&'static str] = &["no-store", "max-age=31536000; includeSubDomains"];
    const PATTERN: Option<&'static str> = Some(r"^[\t -~]*$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let bad = |letter: char| letter != '\t' && !matches!(letter, ' '..='~');
        if let Some((at, letter)) = text.char_indices().find(|(_, letter)| bad(*letter)) {
            let message = format!("the value of a header cannot contain {letter:?}");
            return Err(Diagnosis::new(message).within(at, letter.len_utf8()));
        }
        http::HeaderValue::from_str(text)
            .map(Self)
            .map_err(|_| Diagnosis::new("this is no value that a header can have"))
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        let diagnosis = Diagnosis::new(format!(
            "expected {}, found the number {number}",
            Self::WANTED
        ));
        Err(diagnosis.help(format!("write \"{number}\"")))
    }
}

crate::text_value!(HeaderValue);

impl Deref for HeaderValue {
    type Target = http::HeaderValue;

    fn deref(&self) -> &http::HeaderValue {
        &self.0
    }
}

impl From<http::HeaderValue> for HeaderValue {
    fn from(value: http::HeaderValue) -> Self {
        Self(value)
    }
}

impl fmt::Display for HeaderValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::{pointed_at, value};

    #[test]
    fn errors_name_the_letter() {
        assert!(value::<HeaderValue>("'a\tb c'").is_ok());
        assert_eq!(
            value::<HeaderValue>(r#""a\nb""#).unwrap_err(),
            "the value of a header cannot contain '\\n'"
        );
        assert_eq!(pointed_at::<HeaderValue>("'grüß'"), "ü");
        assert_eq!(
            value::<HeaderValue>("1").unwrap_err(),
            "expected the value of a header such as \"no-store\", found the number 1 (write \"1\")"
        );
    }
}
