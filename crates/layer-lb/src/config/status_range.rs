//! One of `expect.status`.

use std::fmt;

use gateway_core::config::{Diagnosis, Text};
use http::StatusCode;
use schemars::{Schema, json_schema};

/// Statuses that follow each other: `"200-299"`, or one alone, `204`.
///
/// ```
/// use http::StatusCode;
/// use layer_lb::StatusRange;
///
/// let range: StatusRange = "200-299".parse().unwrap();
/// assert!(range.contains(StatusCode::NO_CONTENT));
/// assert!(!range.contains(StatusCode::FOUND));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusRange {
    first: u16,
    last: u16,
}

impl StatusRange {
    /// All that say that the request succeeded (2xx).
    pub const SUCCESS: Self = Self {
        first: 200,
        last: 299,
    };

    /// Whether `status` is one of them.
    pub fn contains(&self, status: StatusCode) -> bool {
        (self.first..=self.last).contains(&status.as_u16())
    }
}

impl Text for StatusRange {
    const NAME: &'static str = "StatusRange";
    const WANTED: &'static str = "statuses such as \"200-299\"";
    const DESCRIPTION: &'static str =
        "Statuses that follow each other, from 200 to 599: \"200-299\", or one alone, 204.";
    const EXAMPLES: &'static [&'static str] = &["200-299", "204"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let first_status = status(first, text, 0)?;
        let last_status = status(last, text, text.len() - last.len())?;
        if first_status > last_status {
            let diagnosis = Diagnosis::new("the first status is larger than the last");
            return Err(diagnosis.help(format!("write \"{last}-{first}\"")));
        }
        Ok(Self {
            first: first_status,
            last: last_status,
        })
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        Self::from_text(&number.to_string())
    }

    fn schema() -> Schema {
        json_schema!({
            "description": Self::DESCRIPTION,
            "examples": ["200-299", 204],
            "anyOf": [
                { "type": "integer", "minimum": 200, "maximum": 599 },
                { "type": "string", "pattern": "^[2-5][0-9]{2}(-[2-5][0-9]{2})?$" },
            ],
        })
    }
}

/// The status `part`, which stands at `offset` of `text`.
fn status(part: &str, text: &str, offset: usize) -> Result<u16, Diagnosis> {
    let wanted = StatusRange::WANTED;
    let number: u16 = part
        .parse()
        .map_err(|_| Diagnosis::new(format!("expected {wanted}, found {text:?}")))?;
    if (200..=599).contains(&number) {
        return Ok(number);
    }
    let message = format!("{number} is no status that ends an exchange: they go from 200 to 599");
    Err(Diagnosis::new(message).within(offset, part.len()))
}

gateway_core::text_value!(StatusRange);

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_as_it_is_read() {
        for text in ["200-299", "204", "200-599"] {
            assert_eq!(text.parse::<StatusRange>().unwrap().to_string(), text);
        }
        assert_eq!(StatusRange::from_number(204.0).unwrap().to_string(), "204");
    }

    #[test]
    fn errors_say_what_to_write() {
        for (text, wanted) in [
            (
                "2xx",
                "expected statuses such as \"200-299\", found \"2xx\"",
            ),
            (
                "200-",
                "expected statuses such as \"200-299\", found \"200-\"",
            ),
            (
                "100-299",
                "100 is no status that ends an exchange: they go from 200 to 599",
            ),
            (
                "299-200",
                "the first status is larger than the last (write \"200-299\")",
            ),
        ] {
            assert_eq!(text.parse::<StatusRange>().unwrap_err().to_string(), wanted);
        }
    }
}
