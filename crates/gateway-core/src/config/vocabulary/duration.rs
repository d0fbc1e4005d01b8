//! A length of time: `"250ms"`, `"5s"`, `"1.5h"`.

use std::fmt;
use std::ops::Deref;
use std::time;

use super::quantity::{Quantity, in_largest_unit};
use crate::config::{Diagnosis, Text};

/// The units, largest first, in nanoseconds. The last one is for showing what no other unit can.
const UNITS: [(&str, u64); 6] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("min", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("ns", 1),
];

const KNOWN: &str = "ms, s, min, h and d";

/// The longest duration, about ten years: adding it to the clock never overflows.
const LONGEST: time::Duration = time::Duration::from_secs(3650 * 86_400);

/// A length of time, written with its unit: `ms`, `s`, `min`, `h` or `d`. From 0 to 3650 days.
///
/// ```
/// use gateway_core::config::Duration;
///
/// let interval: Duration = "1.5s".parse().unwrap();
/// assert_eq!(interval.get(), std::time::Duration::from_millis(1500));
/// assert_eq!(interval.to_string(), "1500ms");
/// let error = "5m".parse::<Duration>().unwrap_err();
/// assert_eq!(error.help_text(), Some("write \"5min\""));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(time::Duration);

impl Duration {
    /// A duration in the program, such as a default.
    pub const fn new(duration: time::Duration) -> Self {
        Self(duration)
    }

    /// So many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(time::Duration::from_secs(seconds))
    }

    /// So many milliseconds.
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(time::Duration::from_millis(milliseconds))
    }

    /// The plain value.
    pub const fn get(self) -> time::Duration {
        self.0
    }
}

impl Text for Duration {
    const NAME: &'static str = "Duration";
    const WANTED: &'static str = "a duration such as \"5s\"";
    const DESCRIPTION: &'static str =
        "A length of time: a number and one of the units ms, s, min, h, d.";
    const EXAMPLES: &'static [&'static str] = &["250ms", "5s", "15min", "1.5h", "7d"];
    const PATTERN: Option<&'static str> = Some(r"^[0-9]+(\.[0-9]{1,9})?(ms|s|min|h|d)$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let quantity = Quantity::parse(text, Self::WANTED)?;
        let written = UNITS
            .iter()
            .take(5)
            .find(|(name, _)| *name == quantity.unit);
        let Some((_, nanoseconds)) = written else {
            return Err(quantity.unknown_unit(meant(quantity.unit), KNOWN));
        };
        let too_long =
            || Diagnosis::new("this is longer than 3650 days").help("the longest is \"3650d\"");
        let nanoseconds = quantity
            .times(*nanoseconds)
            .ok_or_else(|| Diagnosis::new("this is finer than a nanosecond"))?;
        let nanoseconds = u64::try_from(nanoseconds).map_err(|_| too_long())?;
        let duration = time::Duration::from_nanos(nanoseconds);
        if duration > LONGEST {
            Err(too_long())
        } else {
            Ok(Self(duration))
        }
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        Err(Diagnosis::new("a duration needs a unit").help(format!("write \"{number}s\"")))
    }
}

crate::text_value!(Duration);

/// The unit of ours that somebody meant who wrote another one.
fn meant(unit: &str) -> Option<&'static str> {
    match unit.trim().to_ascii_lowercase().as_str() {
        "ms" | "msec" | "msecs" | "millis" | "milliseconds" => Some("ms"),
        "" | "s" | "sec" | "secs" | "second" | "seconds" => Some("s"),
        "m" | "min" | "mins" | "minute" | "minutes" => Some("min"),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some("h"),
        "d" | "day" | "days" => Some("d"),
        _ => None,
    }
}

impl Deref for Duration {
    type Target = time::Duration;

    fn deref(&self) -> &time::Duration {
        &self.0
    }
}

impl From<time::Duration> for Duration {
    fn from(duration: time::Duration) -> Self {
        Self(duration)
    }
}

impl From<Duration> for time::Duration {
    fn from(duration: Duration) -> Self {
        duration.0
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_zero() {
            return f.write_str("0s");
        }
        let (number, unit) = in_largest_unit(self.0.as_nanos(), &UNITS);
        write!(f, "{number}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::{pointed_at, value};

    #[test]
    fn every_unit() {
        for (text, seconds) in [
            ("250ms", 0.25),
            ("5s", 5.0),
            ("2min", 120.0),
            ("1.5h", 5400.0),
            ("7d", 604_800.0),
            ("0s", 0.0),
        ] {
            let duration: Duration = text.parse().unwrap();
            assert_eq!(duration.as_secs_f64(), seconds, "{text}");
        }
    }

    #[test]
    fn shown_as_it_can_be_read() {
        for text in ["250ms", "5s", "90min", "7d", "0s"] {
            assert_eq!(text.parse::<Duration>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn errors_say_what_to_write() {
        for (toml, wanted) in [
            ("5", "a duration needs a unit (write \"5s\")"),
            ("1.5", "a duration needs a unit (write \"1.5s\")"),
            ("'5'", "`5` has no unit (write \"5s\")"),
            ("'5 seconds'", "unknown unit `seconds` (write \"5s\")"),
            ("'5m'", "unknown unit `m` (write \"5min\")"),
            (
                "'1h30min'",
                "unknown unit `h30min` (write one number and one unit; the units are ms, s, min, h and d)",
            ),
            (
                "'10us'",
                "unknown unit `us` (the units are ms, s, min, h and d)",
            ),
            (
                "'4000d'",
                "this is longer than 3650 days (the longest is \"3650d\")",
            ),
            (
                "'999999999999d'",
                "this is longer than 3650 days (the longest is \"3650d\")",
            ),
            ("'0.000000001ms'", "this is finer than a nanosecond"),
            (
                "'-5s'",
                "expected a duration such as \"5s\", which cannot be negative",
            ),
            (
                "'soon'",
                "expected a duration such as \"5s\", found \"soon\"",
            ),
            ("true", "expected a duration such as \"5s\", found `true`"),
        ] {
            assert_eq!(value::<Duration>(toml).unwrap_err(), wanted);
        }
    }

    #[test]
    fn the_caret_is_below_the_unit() {
        assert_eq!(pointed_at::<Duration>("'15 minutes'"), " minutes");
    }
}
