//! A share of a whole: `"20%"` or 20.

use std::fmt;

use schemars::{Schema, json_schema};

use crate::config::{Diagnosis, Text};

/// A percentage from 0 to 100, written `"20%"` or as the number alone.
///
/// ```
/// use gateway_core::config::Percent;
///
/// let budget: Percent = "20%".parse().unwrap();
/// assert_eq!((budget.get(), budget.fraction()), (20.0, 0.2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Percent(f64);

impl Percent {
    /// A percentage, kept between 0 and 100.
    pub const fn new(percent: f64) -> Self {
        // `clamp` would hand a NaN through.
        Self(percent.max(0.0).min(100.0))
    }

    /// The number, from 0 to 100.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The share, from 0 to 1.
    pub const fn fraction(self) -> f64 {
        self.0 / 100.0
    }
}

impl Text for Percent {
    const NAME: &'static str = "Percent";
    const WANTED: &'static str = "a percentage such as \"20%\"";
    const DESCRIPTION: &'static str = "A percentage from 0 to 100: \"20%\", or the number 20.";
    const EXAMPLES: &'static [&'static str] = &["20%", "0.5%"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let number = text.strip_suffix('%').map(str::parse::<f64>);
        match (number, text.trim_end_matches([' ', '%']).parse::<f64>()) {
            (Some(Ok(number)), _) => Self::from_number(number),
            (_, Ok(number)) => {
                let diagnosis =
                    Diagnosis::new(format!("expected {}, found {text:?}", Self::WANTED));
                Err(diagnosis.help(format!("write \"{number}%\"")))
            }
            (_, Err(_)) => Err(Diagnosis::new(format!(
                "expected {}, found {text:?}",
                Self::WANTED
            ))),
        }
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        if (0.0..=100.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(Diagnosis::new(format!(
                "{number}% is not between 0 and 100"
            )))
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "description": Self::DESCRIPTION,
            "examples": [20, "20%", "0.5%"],
            "anyOf": [
                { "type": "number", "minimum": 0, "maximum": 100 },
                { "type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?%$" },
            ],
        })
    }
}

crate::text_value!(Percent);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::value;

    #[test]
    fn text_and_number() {
        for toml in ["'20%'", "20", "20.0"] {
            assert_eq!(value::<Percent>(toml), Ok(Percent(20.0)));
        }
        assert_eq!(Percent::new(f64::NAN).get(), 0.0);
        assert_eq!(Percent::new(0.5).to_string(), "0.5%");
    }

    #[test]
    fn errors_say_what_to_write() {
        for (toml, wanted) in [
            ("120", "120% is not between 0 and 100"),
            ("-1", "-1% is not between 0 and 100"),
            ("nan", "NaN% is not between 0 and 100"),
            ("'101%'", "101% is not between 0 and 100"),
            (
                "'20'",
                "expected a percentage such as \"20%\", found \"20\" (write \"20%\")",
            ),
            (
                "'20 %'",
                "expected a percentage such as \"20%\", found \"20 %\" (write \"20%\")",
            ),
            (
                "'half'",
                "expected a percentage such as \"20%\", found \"half\"",
            ),
        ] {
            assert_eq!(value::<Percent>(toml).unwrap_err(), wanted);
        }
    }
}
