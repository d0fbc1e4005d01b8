//! Syntax errors in an operator's words rather than the parser's.

use cel::{ParseError, ParseErrors};

use crate::config::Diagnosis;

/// The first syntax error of `source`.
pub(super) fn syntax(source: &str, errors: &ParseErrors) -> Diagnosis {
    let is_syntax = |error: &&ParseError| error.msg.starts_with(SYNTAX);
    let first = errors
        .errors
        .iter()
        .find(is_syntax)
        .or(errors.errors.first());
    let Some(error) = first else {
        return Diagnosis::new("the expression cannot be parsed");
    };
    let offset = offset(source, error.pos);
    let rest = &source[offset..];
    let diagnosis = explain(&error.msg, rest);
    diagnosis.within(offset, word(rest).len())
}

const SYNTAX: &str = "Syntax error: ";

fn explain(message: &str, rest: &str) -> Diagnosis {
    if message.contains("Recursion limit") {
        return super::compile::too_deep();
    }
    let Some(message) = message.strip_prefix(SYNTAX) else {
        return Diagnosis::new(message);
    };
    if let Some(missing) = message.strip_prefix("missing ") {
        let missing = missing.split(" at ").next().unwrap_or(missing);
        return Diagnosis::new(format!("{} is missing here", missing.replace('\'', "`")));
    }
    match word(rest) {
        "" => Diagnosis::new("the expression ends too early"),
        "=" => Diagnosis::new("`=` does not compare").help("write `==`"),
        "'" | "\"" => Diagnosis::new("a string that does not end, or has an unknown escape")
            .help("write a backslash as `\\\\`, or the whole string as r\"…\""),
        word => {
            let diagnosis = Diagnosis::new(format!("`{word}` does not fit here"));
            match word {
                "and" | "AND" => diagnosis.help("write `&&`"),
                "or" | "OR" => diagnosis.help("write `||`"),
                "not" | "NOT" => diagnosis.help("write `!`"),
                "&" => diagnosis.help("write `&&`"),
                "|" => diagnosis.help("write `||`"),
                _ => diagnosis,
            }
        }
    }
}

/// The word, or the single character, that `text` begins with.
fn word(text: &str) -> &str {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    let length = match text.find(|c| !is_letter(c)) {
        Some(0) => text.chars().next().map_or(0, char::len_utf8),
        Some(length) => length,
        None => text.len(),
    };
    &text[..length]
}

/// The byte that a line and a column, both counted from 1 and in characters, stand for.
fn offset(source: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line - 1).unwrap_or_default();
    let column = usize::try_from(column - 1).unwrap_or_default();
    let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let text = &source[start..];
    let within = text
        .char_indices()
        .nth(column)
        .map_or(text.len(), |(at, _)| at);
    start + within
}
