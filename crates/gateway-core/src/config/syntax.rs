//! The TOML parser's errors in an operator's words.

use std::ops::Range;

use toml::de::Error;

use super::{ConfigError, Span, duplicates};

/// The finding for an error of the parser.
pub(super) fn finding(text: &str, error: &Error) -> ConfigError {
    if duplicates::is_duplicate(error) {
        return at(ConfigError::new("this key is given twice"), error);
    }
    let message = error.message();
    let message = message
        .strip_suffix(", expected nothing")
        .unwrap_or(message);
    let unquoted = message.starts_with("string values must be quoted");
    let word = error.span().map(|span| bare_word(text, span));
    match word {
        Some(word) if unquoted && word.start == word.end => {
            at(ConfigError::new("a value is missing here"), error)
        }
        Some(word) if unquoted || lacks_quotes(message, &text[word.start..word.end]) => {
            let written = &text[word.start..word.end];
            ConfigError::new(format!("`{written}` needs quotes, or is no number"))
                .at(word)
                .help(format!("write {written:?} if it is meant as a string"))
        }
        _ => at(ConfigError::new(message), error),
    }
}

/// Whether a value that the parser took for a number may have been meant as a string.
fn lacks_quotes(message: &str, word: &str) -> bool {
    message.starts_with("invalid ")
        && !message.contains("string")
        && !word.is_empty()
        && word.parse::<f64>().is_err()
}

fn at(finding: ConfigError, error: &Error) -> ConfigError {
    match error.span() {
        Some(span) => finding.at(span.into()),
        None => finding,
    }
}

/// The words that `place` touches, up to the next space, quote or bracket.
fn bare_word(text: &str, place: Range<usize>) -> Span {
    let ends = |letter: char| letter.is_whitespace() || "=,\"'[]{}#".contains(letter);
    let (start, end) = (
        text.floor_char_boundary(place.start),
        text.floor_char_boundary(place.end),
    );
    Span {
        start: text[..start].rfind(ends).map_or(0, |before| before + 1),
        end: text[end..].find(ends).map_or(text.len(), |len| end + len),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::testing::broken;

    fn messages(text: &str) -> Vec<String> {
        let shown = broken(text);
        let errors = shown
            .lines()
            .filter_map(|line| line.strip_prefix("error: "));
        errors.map(str::to_owned).collect()
    }

    #[test]
    fn what_lacks_its_quotes() {
        for value in [
            "0.0.0.0", "5s", "orders", "10/min", "20%", "64KiB", "http://a",
        ] {
            assert_eq!(
                messages(&format!("key = {value}\n")),
                [format!("`{value}` needs quotes, or is no number")],
                "{value}"
            );
        }
    }

    #[test]
    fn other_errors_keep_their_words() {
        for (text, message) in [
            ("a\n", "key with no value, expected `=`"),
            (
                "a = 1 b = 2\n",
                "unexpected key or value, expected newline, `#`",
            ),
            ("a = \"x\n", "invalid basic string, expected `\"`"),
            ("a = { b = 1\n", "unclosed inline table, expected `}`"),
            ("[[a]\n", "unclosed array table, expected `]`"),
            ("a =\n", "a value is missing here"),
        ] {
            assert!(
                messages(text).iter().any(|shown| shown == message),
                "{}",
                broken(text)
            );
        }
        assert_eq!(
            messages("a = [1 2]\n"),
            ["`1 2` needs quotes, or is no number"]
        );
    }
}
