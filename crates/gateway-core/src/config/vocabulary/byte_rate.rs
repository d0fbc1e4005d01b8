//! So many bytes per second: `"240B/s"`, `"1MiB/s"`.

use std::fmt;
use std::num::NonZeroU64;

use super::byte_size::ByteSize;
use crate::config::{Diagnosis, Text};

/// So many bytes per second, written as a size, `/` and `s`. Never zero.
///
/// ```
/// use gateway_core::config::ByteRate;
///
/// let rate: ByteRate = "1KiB/s".parse().unwrap();
/// assert_eq!(rate.get(), 1024);
/// let error = "240B".parse::<ByteRate>().unwrap_err();
/// assert_eq!(error.help_text(), Some("write \"240B/s\""));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteRate(NonZeroU64);

impl ByteRate {
    /// The number of bytes per second.
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

impl Text for ByteRate {
    const NAME: &'static str = "ByteRate";
    const WANTED: &'static str = "a rate such as \"240B/s\"";
    const DESCRIPTION: &'static str =
        "So many bytes per second: a size (B, KB, MB, GB, KiB, MiB, GiB), `/`, and `s`.";
    const EXAMPLES: &'static [&'static str] = &["240B/s", "64KiB/s", "1.5MB/s"];
    const PATTERN: Option<&'static str> = Some(r"^[0-9]+(\.[0-9]{1,9})?(B|[KMG]i?B)/s$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let (size, per) = text.split_once('/').unwrap_or((text, ""));
        let bytes = ByteSize::from_text(size).map_err(|error| of_the_size(error, text))?;
        if per != "s" {
            let at = text.len() - per.len();
            let message = match per {
                "" => "a rate of bytes says in which time".to_owned(),
                per => format!("a rate of bytes is per second, not per `{}`", per.trim()),
            };
            let diagnosis = Diagnosis::new(message).within(at, per.len());
            let meant = is_a_second(per).then_some(bytes);
            return Err(match meant {
                Some(bytes) => diagnosis.help(format!("write \"{bytes}/s\"")),
                None => diagnosis.help("write the bytes of one second, such as \"240B/s\""),
            });
        }
        let bytes = NonZeroU64::new(bytes.get());
        bytes
            .map(Self)
            .ok_or_else(|| Diagnosis::new("a rate cannot be zero"))
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        Err(Diagnosis::new("a rate of bytes needs its units")
            .help(format!("write \"{number}B/s\"")))
    }
}

crate::text_value!(ByteRate);

/// What is wrong with the size, with what it suggests made a rate again.
fn of_the_size(mut error: Diagnosis, text: &str) -> Diagnosis {
    if error.message.contains("expected a size") {
        return Diagnosis::new(format!("expected {}, found {text:?}", ByteRate::WANTED));
    }
    let rate = |help: String| match help.strip_suffix('"') {
        Some(size) if size.starts_with("write ") => format!("{size}/s\""),
        _ => help,
    };
    error.help = error.help.map(rate);
    error
}

/// Whether somebody who wrote this meant a second.
fn is_a_second(per: &str) -> bool {
    let per = per.trim().to_ascii_lowercase();
    matches!(per.as_str(), "" | "s" | "1s" | "sec" | "second")
}

impl fmt::Display for ByteRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s", ByteSize::from_bytes(self.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::{pointed_at, value};

    #[test]
    fn sizes_per_second() {
        for (text, bytes) in [("240B/s", 240), ("64KiB/s", 65_536), ("1.5KB/s", 1500)] {
            let rate: ByteRate = text.parse().unwrap();
            assert_eq!(rate.get(), bytes, "{text}");
            assert_eq!(rate.to_string().parse::<ByteRate>().unwrap(), rate);
        }
    }

    #[test]
    fn errors_say_what_to_write() {
        for (toml, wanted) in [
            ("240", "a rate of bytes needs its units (write \"240B/s\")"),
            (
                "'240B'",
                "a rate of bytes says in which time (write \"240B/s\")",
            ),
            ("'240/s'", "`240` has no unit (write \"240B/s\")"),
            ("'1kb/s'", "unknown unit `kb` (write \"1KB/s\")"),
            (
                "'1KiB/sec'",
                "a rate of bytes is per second, not per `sec` (write \"1KiB/s\")",
            ),
            (
                "'1KiB/min'",
                "a rate of bytes is per second, not per `min` (write the bytes of one second, such as \"240B/s\")",
            ),
            ("'0B/s'", "a rate cannot be zero"),
            (
                "'slow'",
                "expected a rate such as \"240B/s\", found \"slow\"",
            ),
        ] {
            assert_eq!(value::<ByteRate>(toml).unwrap_err(), wanted, "{toml}");
        }
        assert_eq!(pointed_at::<ByteRate>("'1KiB/min'"), "min");
        assert_eq!(pointed_at::<ByteRate>("'1kb/s'"), "kb");
    }
}
