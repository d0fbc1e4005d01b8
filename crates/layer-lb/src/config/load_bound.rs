//! `load-bound` in `balance`: `"125%"`.

use std::fmt;

use gateway_core::config::{Diagnosis, Text};
use schemars::{Schema, json_schema};

/// How much of its share of the requests in flight an endpoint may have: more than 100 %, up to 1000 %, written
/// `"125%"` or as the number alone.
///
/// ```
/// use layer_lb::LoadBound;
///
/// let bound: LoadBound = "125%".parse()?;
/// assert_eq!(bound.factor(), 1.25);
/// assert!("100%".parse::<LoadBound>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadBound(f64);

impl LoadBound {
    /// The bound as a factor, such as 1.25.
    pub fn factor(self) -> f64 {
        self.0 / 100.0
    }
}

impl Text for LoadBound {
    const NAME: &'static str = "LoadBound";
    const WANTED: &'static str = "a percentage such as \"125%\"";
    const DESCRIPTION: &'static str =
        "A percentage of more than 100 and up to 1000: \"125%\", or the number 125.";
    const EXAMPLES: &'static [&'static str] = &["125%", "200%"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        match text.strip_suffix('%').map(str::parse::<f64>) {
            Some(Ok(number)) => Self::from_number(number),
            _ => Err(Diagnosis::new(format!(
                "expected {}, found {text:?}",
                Self::WANTED
            ))),
        }
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        if number > 100.0 && number <= 1000.0 {
            return Ok(Self(number));
        }
        let diagnosis = Diagnosis::new(format!("{number}% is not between 101% and 1000%"));
        Err(if number > 0.0 && number <= 100.0 {
            diagnosis.help("an endpoint's share is 100%: with less, nobody could take all requests")
        } else {
            diagnosis
        })
    }

    fn schema() -> Schema {
        json_schema!({
            "description": Self::DESCRIPTION,
            "examples": ["125%", 150],
            "anyOf": [
                { "type": "number", "exclusiveMinimum": 100, "maximum": 1000 },
                { "type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?%$" },
            ],
        })
    }
}

gateway_core::text_value!(LoadBound);

impl fmt::Display for LoadBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}
