//! The arguments of `cargo xtask fuzz`.

use std::ops::RangeInclusive;
use std::time::Duration;

const SECONDS: RangeInclusive<u64> = 1..=86_400;

/// What to feed, and for how long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FuzzArgs {
    /// How long each target is fed.
    pub(crate) time: Duration,
    /// The only target; without it every one is fed.
    pub(crate) target: Option<String>,
}

impl Default for FuzzArgs {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            target: None,
        }
    }
}

impl FuzzArgs {
    /// Reads what follows `fuzz`.
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self::default();
        while let Some(option) = args.next() {
            match option.as_str() {
                "--seconds" => parsed.time = seconds(args.next())?,
                "--target" => {
                    let name = args.next();
                    parsed.target = Some(name.ok_or("`--target` needs a name")?);
                }
                other => return Err(format!("`fuzz` has no option `{other}`")),
            }
        }
        Ok(parsed)
    }
}

fn seconds(value: Option<String>) -> Result<Duration, String> {
    value
        .and_then(|value| value.parse().ok())
        .filter(|seconds| SECONDS.contains(seconds))
        .map(Duration::from_secs)
        .ok_or_else(|| {
            let (first, last) = SECONDS.into_inner();
            format!("`--seconds` needs a number from {first} to {last}")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<FuzzArgs, String> {
        FuzzArgs::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn without_arguments_all_are_fed_for_a_while() {
        assert_eq!(parsed(""), Ok(FuzzArgs::default()));
    }

    #[test]
    fn time_and_target_are_chosen() {
        let expected = FuzzArgs {
            time: Duration::from_secs(60),
            target: Some("head".to_owned()),
        };
        assert_eq!(parsed("--target head --seconds 60"), Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, complaint) in [
            ("--seconds 0", "`--seconds` needs a number from 1 to 86400"),
            ("--seconds", "`--seconds` needs a number from 1 to 86400"),
            ("--target", "`--target` needs a name"),
            ("head", "`fuzz` has no option `head`"),
        ] {
            assert_eq!(parsed(line), Err(complaint.to_owned()));
        }
    }
}
