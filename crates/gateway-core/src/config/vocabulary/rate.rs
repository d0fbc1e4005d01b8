//! So many per time: `"100/min"`, `"5/s"`, `"10/100ms"`.

use std::fmt;
use std::num::NonZeroU32;
use std::time;

use super::duration::Duration;
use crate::config::{Diagnosis, Text};

/// A number of things per period, such as requests: `"100/min"`, `"5/s"` or, with a period of its own,
/// `"10/100ms"`. Neither can be zero.
///
/// ```
/// use std::time::Duration;
/// use gateway_core::config::Rate;
///
/// let rate: Rate = "100/min".parse().unwrap();
/// assert_eq!((rate.count().get(), rate.period()), (100, Duration::from_secs(60)));
/// assert_eq!(rate.interval(), Duration::from_millis(600));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    count: NonZeroU32,
    period: time::Duration,
}

impl Rate {
    /// How many.
    pub const fn count(self) -> NonZeroU32 {
        self.count
    }

    /// In which time; never zero.
    pub const fn period(self) -> time::Duration {
        self.period
    }

    /// The time between two at an even pace, at least a nanosecond.
    pub fn interval(self) -> time::Duration {
        (self.period / self.count.get()).max(time::Duration::from_nanos(1))
    }
}

impl Text for Rate {
    const NAME: &'static str = "Rate";
    const WANTED: &'static str = "a rate such as \"100/min\"";
    const DESCRIPTION: &'static str =
        "So many per time: a whole number, `/`, and a unit (ms, s, min, h, d) or a duration.";
    const EXAMPLES: &'static [&'static str] = &["5/s", "100/min", "1000/h", "10/100ms"];
    const PATTERN: Option<&'static str> =
        Some(r"^[1-9][0-9]*/([0-9]+(\.[0-9]{1,9})?)?(ms|s|min|h|d)$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let Some((count, per)) = text.split_once('/') else {
            return Err(without_slash(text));
        };
        let count: u32 = count.parse().map_err(|_| {
            let number = count.trim();
            let diagnosis = Diagnosis::new(format!(
                "expected a whole number up to {} before `/`",
                u32::MAX
            ))
            .within(0, count.len());
            match number.parse::<u32>() {
                Ok(number) => diagnosis.help(format!("write \"{number}/{}\"", per.trim())),
                Err(_) => diagnosis,
            }
        })?;
        let period = period(per, text)?;
        let count = NonZeroU32::new(count);
        count
            .filter(|_| !period.is_zero())
            .map(|count| Self { count, period })
            .ok_or_else(|| Diagnosis::new("a rate cannot be zero"))
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        Err(Diagnosis::new("a rate says in which time")
            .help(format!("write \"{number}/s\" or \"{number}/min\"")))
    }
}

crate::text_value!(Rate);

fn period(per: &str, text: &str) -> Result<time::Duration, Diagnosis> {
    let bare = !per.starts_with(|letter: char| letter.is_ascii_digit());
    let written = if bare {
        format!("1{per}")
    } else {
        per.to_owned()
    };
    match Duration::from_text(&written) {
        Ok(period) => Ok(period.get()),
        Err(error) => {
            let at = text.len() - per.len();
            let count = &text[..at];
            // What the duration suggests, put back behind the slash.
            let help = error
                .help
                .as_deref()
                .map(|help| match help.strip_prefix("write \"") {
                    Some(instead) => {
                        let instead = if bare {
                            instead.trim_start_matches('1')
                        } else {
                            instead
                        };
                        format!("write \"{}{instead}", count.trim_end())
                    }
                    None => help.to_owned(),
                });
            let message = if per.is_empty() {
                "a rate says in which time".into()
            } else {
                error.message
            };
            let diagnosis = Diagnosis::new(message).within(at, per.len());
            Err(match help {
                Some(help) => diagnosis.help(help),
                None => diagnosis,
            })
        }
    }
}

fn without_slash(text: &str) -> Diagnosis {
    match text.trim().parse::<u32>() {
        Ok(number) => Diagnosis::new("a rate says in which time")
            .help(format!("write \"{number}/s\" or \"{number}/min\"")),
        Err(_) => Diagnosis::new(format!("expected {}, found {text:?}", Rate::WANTED)),
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let period = Duration::new(self.period).to_string();
        let unit = match period.strip_prefix('1') {
            Some(unit) if unit.starts_with(|letter: char| letter.is_ascii_alphabetic()) => unit,
            _ => period.as_str(),
        };
        write!(f, "{}/{unit}", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::value;

    #[test]
    fn units_and_periods() {
        for (text, count, seconds) in [
            ("5/s", 5, 1.0),
            ("100/min", 100, 60.0),
            ("10/100ms", 10, 0.1),
            ("3/2h", 3, 7200.0),
            ("1/10s", 1, 10.0),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert_eq!(
                (rate.count().get(), rate.period().as_secs_f64()),
                (count, seconds)
            );
            assert_eq!(rate.to_string(), text);
        }
    }

    #[test]
    fn errors_say_what_to_write() {
        for (toml, wanted) in [
            (
                "100",
                "a rate says in which time (write \"100/s\" or \"100/min\")",
            ),
            (
                "'100'",
                "a rate says in which time (write \"100/s\" or \"100/min\")",
            ),
            ("'100/'", "a rate says in which time (write \"100/s\")"),
            ("'100/m'", "unknown unit `m` (write \"100/min\")"),
            ("'100/10sec'", "unknown unit `sec` (write \"100/10s\")"),
            (
                "'100 / min'",
                "expected a whole number up to 4294967295 before `/` (write \"100/min\")",
            ),
            (
                "'1.5/s'",
                "expected a whole number up to 4294967295 before `/`",
            ),
            (
                "'5000000000/s'",
                "expected a whole number up to 4294967295 before `/`",
            ),
            ("'0/s'", "a rate cannot be zero"),
            ("'5/0s'", "a rate cannot be zero"),
            (
                "'often'",
                "expected a rate such as \"100/min\", found \"often\"",
            ),
        ] {
            assert_eq!(value::<Rate>(toml).unwrap_err(), wanted, "{toml}");
        }
    }
}
