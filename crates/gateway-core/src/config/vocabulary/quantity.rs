//! A number with a unit behind it: `1.5s`, `64KiB`.

use crate::config::Diagnosis;

/// Billionths in one: numbers have up to nine digits after the point.
const BILLION: u128 = 1_000_000_000;

/// A number with a unit, as it was written.
#[derive(Debug, PartialEq)]
pub(super) struct Quantity<'a> {
    billionths: u128,
    /// The number as it was written.
    pub(super) number: &'a str,
    /// What stands behind the number; may be empty.
    pub(super) unit: &'a str,
}

impl<'a> Quantity<'a> {
    /// Splits a text that starts with a number; `wanted` says what is wanted, with an example.
    pub(super) fn parse(text: &'a str, wanted: &str) -> Result<Self, Diagnosis> {
        let end = text
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        if text.starts_with('-') {
            return Err(Diagnosis::new(format!(
                "expected {wanted}, which cannot be negative"
            )));
        }
        if number.is_empty() {
            return Err(Diagnosis::new(format!("expected {wanted}, found {text:?}")));
        }
        let billionths = billionths(number).ok_or_else(|| {
            Diagnosis::new(format!("`{number}` is no number that fits here")).within(0, end)
        })?;
        Ok(Self {
            billionths,
            number,
            unit,
        })
    }

    /// The quantity in parts of which its unit has `unit`, if that is a whole number.
    pub(super) fn times(&self, unit: u64) -> Option<u128> {
        let product = self.billionths.checked_mul(u128::from(unit))?;
        (product % BILLION == 0).then_some(product / BILLION)
    }

    /// A finding about the unit, with a unit that is known instead.
    pub(super) fn unknown_unit(&self, instead: Option<&str>, known: &str) -> Diagnosis {
        let Self { number, unit, .. } = self;
        let diagnosis = match *unit {
            "" => Diagnosis::new(format!("`{number}` has no unit")).within(0, number.len()),
            unit => Diagnosis::new(format!("unknown unit `{}`", unit.trim()))
                .within(number.len(), unit.len()),
        };
        diagnosis.help(match instead {
            Some(unit) => format!("write \"{number}{unit}\""),
            None if unit.contains(|letter: char| letter.is_ascii_digit()) => {
                format!("write one number and one unit; the units are {known}")
            }
            None => format!("the units are {known}"),
        })
    }
}

fn billionths(number: &str) -> Option<u128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole: u64 = whole.parse().ok()?;
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<9}").parse().ok()?;
    u128::from(whole)
        .checked_mul(BILLION)?
        .checked_add(fraction.into())
}

/// Shows a whole number of parts in the largest of `units` (largest first) that divides it.
pub(super) fn in_largest_unit(parts: u128, units: &[(&'static str, u64)]) -> (u128, &'static str) {
    units
        .iter()
        .map(|&(name, size)| (name, u128::from(size)))
        .find(|(_, size)| parts != 0 && parts.is_multiple_of(*size))
        .map(|(name, size)| (parts / size, name))
        .unwrap_or((parts, units.last().map_or("", |(name, _)| name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_units() {
        let quantity = Quantity::parse("1.5s", "a duration").unwrap();
        assert_eq!((quantity.number, quantity.unit), ("1.5", "s"));
        assert_eq!(quantity.times(1000), Some(1500));
        assert_eq!(quantity.times(1), None);
        for bad in [
            "",
            "s",
            ".s",
            "1.",
            "1..2",
            "1.0000000001",
            "99999999999999999999",
            "-1s",
        ] {
            assert!(Quantity::parse(bad, "a duration").is_err(), "{bad}");
        }
    }
}
