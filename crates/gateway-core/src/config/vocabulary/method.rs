//! The method of a request: `"GET"`.

use std::fmt;
use std::ops::Deref;

use crate::config::{Diagnosis, Text};

/// The method of a request, in upper case; methods that are not standard are taken, too.
///
/// ```
/// use gateway_core::config::Method;
///
/// let method: Method = "GET".parse().unwrap();
/// assert_eq!(*method, http::Method::GET);
/// let error = "get".parse::<Method>().unwrap_err();
/// assert_eq!(error.help_text(), Some("write \"GET\""));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Method(http::Method);

impl Method {
    /// The plain value.
    pub fn into_inner(self) -> http::Method {
        self.0
    }
}

impl Text for Method {
    const NAME: &'static str = "Method";
    const WANTED: &'static str = "a method such as \"GET\"";
    const DESCRIPTION: &'static str = "The method of a request, in upper case.";
    const EXAMPLES: &'static [&'static str] = &["GET", "POST", "DELETE"];
    const PATTERN: Option<&'static str> = Some(r"^[!#$%&'*+\-.^_`|~0-9A-Z]+$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let upper = text.to_ascii_uppercase();
        let Ok(method) = http::Method::from_bytes(upper.as_bytes()) else {
            return Err(
                Diagnosis::new(format!("{text:?} is no method")).help("write it like \"GET\"")
            );
        };
        if text == upper {
            Ok(Self(method))
        } else {
            Err(Diagnosis::new("methods are written in upper case")
                .help(format!("write \"{upper}\"")))
        }
    }
}

crate::text_value!(Method);

impl Deref for Method {
    type Target = http::Method;

    fn deref(&self) -> &http::Method {
        &self.0
    }
}

impl From<http::Method> for Method {
    fn from(method: http::Method) -> Self {
        Self(method)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::value;

    #[test]
    fn errors_say_what_to_write() {
        assert_eq!(value::<Method>("'PURGE'").unwrap().to_string(), "PURGE");
        assert_eq!(
            value::<Method>("'Post'").unwrap_err(),
            "methods are written in upper case (write \"POST\")"
        );
        assert_eq!(
            value::<Method>("'GET POST'").unwrap_err(),
            "\"GET POST\" is no method (write it like \"GET\")"
        );
        assert!(value::<Method>("''").is_err());
    }
}
