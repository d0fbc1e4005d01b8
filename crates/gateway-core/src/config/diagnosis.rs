//! What is wrong with one value, as a `Deserialize` impl says it.

use std::fmt;

use super::{ConfigError, Located, Span};

/// What is wrong with one value: the message, what to write instead, and the part of a string that is
/// meant. It passes through `serde::de::Error::custom` and keeps all of that when the value is read
/// from a configuration document; any other deserializer shows message and help as plain text.
///
/// ```
/// use gateway_core::config::Diagnosis;
///
/// let diagnosis = Diagnosis::new("`5x` has no unit that is known")
///     .help("write \"5s\"")
///     .within(1, 1);
/// assert_eq!(diagnosis.to_string(), "`5x` has no unit that is known (write \"5s\")");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) within: Option<(usize, usize)>,
}

/// Starts an encoded diagnosis; a control character that no sensible message contains.
const START: char = '\u{1}';
/// Separates the fields of an encoded diagnosis.
const SEPARATOR: char = '\u{1f}';

impl Diagnosis {
    /// A diagnosis with its headline.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            within: None,
        }
    }

    /// What to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Points at `len` bytes from byte `offset` of the string's text (after its escapes are resolved).
    #[must_use]
    pub fn within(mut self, offset: usize, len: usize) -> Self {
        self.within = Some((offset, len));
        self
    }

    /// The headline.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to write instead, where that is known.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The finding at a place that is known otherwise.
    pub fn at(self, span: Span) -> ConfigError {
        ConfigError::from(self).at(span)
    }

    /// The finding in a text that was read earlier.
    pub fn in_text(self, text: &Located<String>) -> ConfigError {
        let span = match self.within {
            Some((offset, len)) => text.within(offset, len),
            None => text.span(),
        };
        self.at(span)
    }

    /// Reads what `{:#}` wrote; other text is a message by itself.
    pub(super) fn decode(text: &str) -> Self {
        let plain = || Self::new(text);
        let Some(fields) = text.strip_prefix(START) else {
            return plain();
        };
        let mut fields = fields.splitn(4, SEPARATOR);
        let (Some(message), Some(help), Some(offset), Some(len)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return plain();
        };
        Self {
            message: message.to_owned(),
            help: (!help.is_empty()).then(|| help.to_owned()),
            within: offset.parse().ok().zip(len.parse().ok()),
        }
    }
}

impl fmt::Display for Diagnosis {
    /// `{}` is plain text. `{:#}` is an encoding that the document's deserializer reads again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let help = self.help.as_deref().unwrap_or_default();
        if !f.alternate() {
            f.write_str(&self.message)?;
            return if help.is_empty() {
                Ok(())
            } else {
                write!(f, " ({help})")
            };
        }
        let field = |text: &str| text.replace(SEPARATOR, " ");
        write!(
            f,
            "{START}{}{SEPARATOR}{}{SEPARATOR}",
            field(&self.message),
            field(help)
        )?;
        match self.within {
            Some((offset, len)) => write!(f, "{offset}{SEPARATOR}{len}"),
            None => write!(f, "{SEPARATOR}"),
        }
    }
}

impl std::error::Error for Diagnosis {}

impl From<Diagnosis> for ConfigError {
    /// The finding without a place.
    fn from(diagnosis: Diagnosis) -> Self {
        let error = Self::new(diagnosis.message);
        match diagnosis.help {
            Some(help) => error.help(help),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_keeps_everything() {
        for diagnosis in [
            Diagnosis::new("plain"),
            Diagnosis::new("a").help("b"),
            Diagnosis::new("a").within(3, 4),
            Diagnosis::new("a\nb").help("c\td").within(0, 0),
        ] {
            assert_eq!(Diagnosis::decode(&format!("{diagnosis:#}")), diagnosis);
        }
    }

    #[test]
    fn hostile_text_cannot_pose_as_an_encoding() {
        let diagnosis = Diagnosis::new("a\u{1f}b").help("c");
        assert_eq!(
            Diagnosis::decode(&format!("{diagnosis:#}")),
            Diagnosis::new("a b").help("c")
        );
        assert_eq!(Diagnosis::decode("\u{1}only"), Diagnosis::new("\u{1}only"));
    }

    #[test]
    fn other_deserializers_show_plain_text() {
        let error: serde_json::Error =
            serde::de::Error::custom(Diagnosis::new("bad").help("write \"5s\"").within(1, 1));
        assert_eq!(error.to_string(), "bad (write \"5s\")");
    }
}
