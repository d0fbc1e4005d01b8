//! The name of a cookie: `"lb"`.

use std::fmt;

use gateway_core::config::{Diagnosis, Text};

/// The name of a cookie (a token, RFC 6265, section 4.1.1).
///
/// ```
/// use layer_lb::CookieName;
///
/// let name: CookieName = "lb".parse()?;
/// assert_eq!(name.as_str(), "lb");
/// assert!("a b".parse::<CookieName>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieName(Box<str>);

impl CookieName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name that was read from a file before.
    pub(super) fn trusted(name: &str) -> Self {
        Self(name.into())
    }
}

impl Text for CookieName {
    const NAME: &'static str = "CookieName";
    const WANTED: &'static str = "the name of a cookie such as \"lb\"";
    const DESCRIPTION: &'static str =
        "The name of a cookie; upper and lower case are not the same.";
    const EXAMPLES: &'static [&'static str] = &["lb", "__Host-lb"];
    const PATTERN: Option<&'static str> = Some(r"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let is_token =
            |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
        match text.char_indices().find(|(_, letter)| !is_token(*letter)) {
            Some((at, letter)) => {
                let message = format!("the name of a cookie cannot contain {letter:?}");
                Err(Diagnosis::new(message).within(at, letter.len_utf8()))
            }
            None if text.is_empty() => Err(Diagnosis::new("the name of a cookie cannot be empty")),
            None => Ok(Self(text.into())),
        }
    }
}

gateway_core::text_value!(CookieName);

impl fmt::Display for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
