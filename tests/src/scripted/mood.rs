//! How the upstream treats requests.

use std::fmt;
use std::str::FromStr;

use super::Deed;

/// How the upstream treats requests. What it is told of it is its name in lower case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// It answers.
    #[default]
    Well,
    /// It answers 503 to everything, health checks too, and does nothing of what was asked for.
    Unavailable,
    /// It answers, and closes each connection after an answer: without a word over HTTP/1.1, with GOAWAY over
    /// HTTP/2.
    Closing,
    /// It does what was asked for, and resets in the middle of the answer's body: the connection over HTTP/1.1,
    /// the stream over HTTP/2. Health checks are answered well.
    Cutting,
    /// It accepts connections, for then it can count them, and resets them at once.
    Refusing,
}

impl Mood {
    const ALL: [(Self, &str); 5] = [
        (Self::Well, "well"),
        (Self::Unavailable, "unavailable"),
        (Self::Closing, "closing"),
        (Self::Cutting, "cutting"),
        (Self::Refusing, "refusing"),
    ];

    /// What becomes of a request.
    pub(super) fn deed(self, is_check: bool) -> Deed {
        match self {
            Self::Cutting if is_check => Deed::Served,
            Self::Well | Self::Closing => Deed::Served,
            Self::Unavailable => Deed::Unavailable,
            Self::Cutting => Deed::Cut,
            Self::Refusing => Deed::Refused,
        }
    }
}

impl fmt::Display for Mood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = Self::ALL.iter().find(|(mood, _)| mood == self);
        f.write_str(named.map_or("", |(_, name)| name))
    }
}

impl FromStr for Mood {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found
            .map(|(mood, _)| *mood)
            .ok_or_else(|| format!("there is no mood `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mood_is_known_by_its_name() {
        for (mood, name) in Mood::ALL {
            assert_eq!((name.parse(), mood.to_string()), (Ok(mood), name.into()));
        }
        assert!("merry".parse::<Mood>().is_err());
    }

    #[test]
    fn checks_pass_while_bodies_are_cut() {
        assert_eq!(Mood::Cutting.deed(true), Deed::Served);
        assert_eq!(Mood::Cutting.deed(false), Deed::Cut);
        assert_eq!(Mood::Unavailable.deed(true), Deed::Unavailable);
    }
}
