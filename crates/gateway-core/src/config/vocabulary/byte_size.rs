//! A number of bytes: `"512B"`, `"64KiB"`, `"10MB"`.

use std::fmt;

use super::quantity::{Quantity, in_largest_unit};
use crate::config::{Diagnosis, Text};

/// The units, largest first among those of one kind, so that sizes are shown in powers of two if they can.
const UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
];

const KNOWN: &str = "B, KB, MB, GB, KiB, MiB and GiB";

/// A number of bytes, written with its unit: `B`; `KB`, `MB`, `GB` by thousands; `KiB`, `MiB`, `GiB` by 1024.
///
/// ```
/// use gateway_core::config::ByteSize;
///
/// let cap: ByteSize = "64KiB".parse().unwrap();
/// assert_eq!(cap.get(), 65536);
/// let error = "64kb".parse::<ByteSize>().unwrap_err();
/// assert_eq!(error.help_text(), Some("write \"64KB\""));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(u64);

impl ByteSize {
    /// So many bytes.
    pub const fn from_bytes(bytes: u64) -> Self {
        Self(bytes)
    }

    /// So many times 1024 bytes; at most the largest size there is.
    pub const fn from_kib(kib: u64) -> Self {
        Self(kib.saturating_mul(1 << 10))
    }

    /// So many times 1024 × 1024 bytes; at most the largest size there is.
    pub const fn from_mib(mib: u64) -> Self {
        Self(mib.saturating_mul(1 << 20))
    }

    /// The number of bytes.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number of bytes as a length in memory; at most the largest one there is.
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Text for ByteSize {
    const NAME: &'static str = "ByteSize";
    const WANTED: &'static str = "a size such as \"64KiB\"";
    const DESCRIPTION: &'static str = "A number of bytes: a number and one of the units B, KB, MB, GB (by thousands), KiB, MiB, GiB (by 1024).";
    const EXAMPLES: &'static [&'static str] = &["512B", "64KiB", "1MiB", "1.5GB"];
    const PATTERN: Option<&'static str> = Some(r"^[0-9]+(\.[0-9]{1,9})?(B|[KMG]i?B)$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        let quantity = Quantity::parse(text, Self::WANTED)?;
        let Some((_, bytes)) = UNITS.iter().find(|(name, _)| *name == quantity.unit) else {
            return Err(quantity.unknown_unit(meant(quantity.unit), KNOWN));
        };
        let bytes = quantity
            .times(*bytes)
            .ok_or_else(|| Diagnosis::new("this is not a whole number of bytes"))?;
        let bytes = u64::try_from(bytes).map_err(|_| Diagnosis::new("this size is too large"))?;
        Ok(Self(bytes))
    }

    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        Err(Diagnosis::new("a size needs a unit").help(format!("write \"{number}B\"")))
    }
}

crate::text_value!(ByteSize);

/// The unit of ours that somebody meant who wrote another one.
fn meant(unit: &str) -> Option<&'static str> {
    match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" | "byte" | "bytes" => Some("B"),
        "kb" => Some("KB"),
        "mb" => Some("MB"),
        "gb" => Some("GB"),
        "k" | "ki" | "kib" => Some("KiB"),
        "m" | "mi" | "mib" => Some("MiB"),
        "g" | "gi" | "gib" => Some("GiB"),
        _ => None,
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = in_largest_unit(self.0.into(), &UNITS);
        write!(f, "{number}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::value;

    #[test]
    fn every_unit() {
        for (text, bytes) in [
            ("0B", 0),
            ("512B", 512),
            ("64KiB", 65_536),
            ("1.5KiB", 1536),
            ("10MB", 10_000_000),
            ("2GiB", 2 << 30),
        ] {
            assert_eq!(text.parse::<ByteSize>().unwrap().get(), bytes, "{text}");
        }
        assert_eq!(ByteSize::from_kib(64).to_string(), "64KiB");
        assert_eq!(ByteSize::from_bytes(10_000_000).to_string(), "10MB");
        assert_eq!(ByteSize::from_bytes(0).to_string(), "0B");
    }

    #[test]
    fn errors_say_what_to_write() {
        for (toml, wanted) in [
            ("1024", "a size needs a unit (write \"1024B\")"),
            ("'64'", "`64` has no unit (write \"64B\")"),
            ("'64k'", "unknown unit `k` (write \"64KiB\")"),
            ("'1 MiB'", "unknown unit `MiB` (write \"1MiB\")"),
            (
                "'1TB'",
                "unknown unit `TB` (the units are B, KB, MB, GB, KiB, MiB and GiB)",
            ),
            ("'0.3B'", "this is not a whole number of bytes"),
            ("'99999999999999GiB'", "this size is too large"),
        ] {
            assert_eq!(value::<ByteSize>(toml).unwrap_err(), wanted);
        }
    }
}
