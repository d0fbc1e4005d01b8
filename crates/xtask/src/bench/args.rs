//! The arguments of `cargo xtask bench`.

use std::ops::RangeInclusive;

use super::cases::CASES;

const ROUNDS: RangeInclusive<u64> = 1..=100;
const SECONDS: RangeInclusive<u64> = 1..=600;

/// What to measure, and how often.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BenchArgs {
    /// How often each proxy is measured in each case.
    pub(crate) rounds: u64,
    /// How long each measurement takes.
    pub(crate) seconds: u64,
    /// The only case to measure; without it every case is.
    pub(crate) case: Option<String>,
    /// Whether the report goes into its file.
    pub(crate) write: bool,
}

impl Default for BenchArgs {
    fn default() -> Self {
        Self {
            rounds: 5,
            seconds: 5,
            case: None,
            write: true,
        }
    }
}

impl BenchArgs {
    /// Reads what follows `bench`.
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self::default();
        while let Some(option) = args.next() {
            match option.as_str() {
                "--rounds" => parsed.rounds = number(&option, args.next(), ROUNDS)?,
                "--seconds" => parsed.seconds = number(&option, args.next(), SECONDS)?,
                "--case" => {
                    parsed.case = Some(case(args.next())?);
                    // A report of one case would take the place of a report of all.
                    parsed.write = false;
                }
                "--no-write" => parsed.write = false,
                other => return Err(format!("`bench` has no option `{other}`")),
            }
        }
        Ok(parsed)
    }
}

fn number(option: &str, value: Option<String>, range: RangeInclusive<u64>) -> Result<u64, String> {
    value
        .and_then(|value| value.parse().ok())
        .filter(|value| range.contains(value))
        .ok_or_else(|| {
            let (first, last) = range.into_inner();
            format!("`{option}` needs a number from {first} to {last}")
        })
}

fn case(value: Option<String>) -> Result<String, String> {
    let known = |name: &String| CASES.iter().any(|case| case.name == name.as_str());
    value.filter(known).ok_or_else(|| {
        let names: Vec<_> = CASES.iter().map(|case| case.name).collect();
        format!("`--case` needs one of: {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<BenchArgs, String> {
        BenchArgs::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_option_is_read() {
        assert_eq!(parsed(""), Ok(BenchArgs::default()));
        let expected = BenchArgs {
            rounds: 3,
            seconds: 2,
            case: None,
            write: false,
        };
        assert_eq!(parsed("--rounds 3 --seconds 2 --no-write"), Ok(expected));
    }

    #[test]
    fn one_case_does_not_replace_the_report_of_all() {
        let one = parsed("--case keep-alive").unwrap();
        assert_eq!(
            (one.case.as_deref(), one.write),
            (Some("keep-alive"), false)
        );
    }

    #[test]
    fn wrong_values_are_told() {
        assert_eq!(
            parsed("--rounds 0"),
            Err("`--rounds` needs a number from 1 to 100".to_owned())
        );
        assert!(parsed("--seconds").is_err());
        assert!(parsed("--case x").unwrap_err().contains("keep-alive, "));
        assert_eq!(parsed("-x"), Err("`bench` has no option `-x`".to_owned()));
    }
}
