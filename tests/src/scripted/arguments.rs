//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The arguments of `scripted-upstream [--journal FILE] [--control ADDRESS] [--delay 10ms] ADDRESS…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Where it serves.
    pub addresses: Vec<SocketAddr>,
    /// Where it is told its mood.
    pub control: Option<SocketAddr>,
    /// Where it notes what it does.
    pub journal: Option<PathBuf>,
    /// How long it thinks before each answer.
    pub delay: Duration,
}

impl Arguments {
    /// Reads them.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--journal" => parsed.journal = Some(value()?.into()),
                "--control" => parsed.control = Some(address(&value()?)?),
                "--delay" => parsed.delay = millis(&value()?)?,
                place => parsed.addresses.push(address(place)?),
            }
        }
        match parsed.addresses.as_slice() {
            [] => Err("it needs an address".to_owned()),
            _ => Ok(parsed),
        }
    }
}

fn address(word: &str) -> Result<SocketAddr, String> {
    word.parse().map_err(|error| format!("{word}: {error}"))
}

fn millis(word: &str) -> Result<Duration, String> {
    let number = word.strip_suffix("ms").and_then(|word| word.parse().ok());
    let millis = number.ok_or_else(|| format!("{word} is not like 10ms"))?;
    Ok(Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Arguments, String> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_argument_is_read() {
        let line = "--journal j --control 127.0.0.1:1 --delay 10ms 127.0.0.1:2 127.0.0.1:3";
        let expected = Arguments {
            addresses: vec![
                "127.0.0.1:2".parse().unwrap(),
                "127.0.0.1:3".parse().unwrap(),
            ],
            control: "127.0.0.1:1".parse().ok(),
            journal: Some("j".into()),
            delay: Duration::from_millis(10),
        };
        assert_eq!(parsed(line), Ok(expected));
    }

    #[test]
    fn wrong_ones_are_told() {
        for line in ["", "somewhere", "--delay 10 127.0.0.1:2", "--journal"] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }
}
