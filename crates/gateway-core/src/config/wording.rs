//! What was found and what was wanted, in an operator's words rather than serde's.

use serde::de::{Expected, Unexpected};

use super::Node;
use super::node::Value;

/// The longest part of a string that an error repeats, in characters.
const SHOWN: usize = 40;

/// What stands at `node`.
pub(super) fn found(node: &Node) -> String {
    match &node.value {
        Value::String(text) => string(&text.content),
        Value::Integer(number) => format!("the number {number}"),
        Value::Float(number) => format!("the number {number}"),
        Value::Boolean(value) => format!("`{value}`"),
        Value::Datetime => "a date".into(),
        Value::Array(_) => "an array".into(),
        Value::Table(_) => "a table".into(),
    }
}

/// What a visitor was handed.
pub(super) fn unexpected(value: &Unexpected<'_>) -> String {
    match value {
        Unexpected::Str(text) => string(text),
        Unexpected::Char(letter) => string(letter.encode_utf8(&mut [0; 4])),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Seq | Unexpected::TupleVariant => "an array".into(),
        Unexpected::Map | Unexpected::StructVariant => "a table".into(),
        other => other.to_string(),
    }
}

/// What a visitor wanted.
pub(super) fn wanted(expected: &dyn Expected) -> String {
    let words = expected.to_string();
    if let Some(number) = words.strip_prefix("a nonzero ") {
        return match range(number) {
            Some(range) => format!("a whole number {range} other than 0"),
            None => words,
        };
    }
    if let Some(range) = range(&words) {
        return format!("a whole number {range}");
    }
    match words.as_str() {
        "a boolean" => "true or false".into(),
        "f32" | "f64" => "a number".into(),
        "a character" => "a single character".into(),
        "a sequence" | "a set" => "an array".into(),
        "a map" => "a table".into(),
        "path string" => "the path of a file".into(),
        "IP address" | "IPv4 address" | "IPv6 address" => format!("an {words}"),
        "socket address" => "an IP address with a port, such as \"127.0.0.1:8080\"".into(),
        other if other.starts_with("struct ") => "a table".into(),
        other => match other
            .rsplit_once(" of size ")
            .or(other.rsplit_once(" of length "))
        {
            Some((_, size)) => format!("an array of {size} values"),
            None => words,
        },
    }
}

/// What to write instead where the value is right and only its notation is wrong.
pub(super) fn notation(found: &Unexpected<'_>, wanted: &str) -> Option<String> {
    match found {
        Unexpected::Str(text) if wanted.contains("number") => {
            let number = text.parse::<f64>().is_ok_and(f64::is_finite);
            number.then(|| format!("write {text} without the quotes"))
        }
        Unexpected::Str(text @ ("true" | "false")) if wanted == "true or false" => {
            Some(format!("write {text} without the quotes"))
        }
        Unexpected::Str(text) if wanted.starts_with("an array") => {
            Some(format!("write [{text:?}]"))
        }
        Unexpected::Bool(value) if wanted == "a string" => Some(format!("write \"{value}\"")),
        Unexpected::Signed(number) if wanted == "a string" => Some(format!("write \"{number}\"")),
        Unexpected::Float(number) if wanted == "a string" => Some(format!("write \"{number}\"")),
        _ => None,
    }
}

/// What a type of the standard library says, which does not tell what it wants.
pub(super) fn plain(message: &str) -> Option<String> {
    let wanted = match message {
        "invalid socket address syntax" => wanted(&"socket address"),
        "invalid IP address syntax" => wanted(&"IP address"),
        "invalid IPv4 address syntax" => wanted(&"IPv4 address"),
        "invalid IPv6 address syntax" => wanted(&"IPv6 address"),
        _ => return None,
    };
    Some(format!("expected {wanted}"))
}

fn string(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("the string {shown:?}")
}

fn range(number: &str) -> Option<String> {
    let range = match number {
        "u8" => format!("from 0 to {}", u8::MAX),
        "u16" => format!("from 0 to {}", u16::MAX),
        "u32" => format!("from 0 to {}", u32::MAX),
        "u64" | "u128" | "usize" => "of 0 or more".into(),
        "i8" => format!("from {} to {}", i8::MIN, i8::MAX),
        "i16" => format!("from {} to {}", i16::MIN, i16::MAX),
        "i32" => format!("from {} to {}", i32::MIN, i32::MAX),
        "i64" | "i128" | "isize" => "without a point".into(),
        _ => return None,
    };
    Some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_words_become_ours() {
        for (serde, ours) in [
            ("u16", "a whole number from 0 to 65535"),
            ("usize", "a whole number of 0 or more"),
            ("a nonzero u8", "a whole number from 0 to 255 other than 0"),
            ("struct RateLimit", "a table"),
            ("a tuple of size 2", "an array of 2 values"),
            ("a URL", "a URL"),
        ] {
            assert_eq!(wanted(&serde), ours);
        }
    }

    #[test]
    fn long_strings_are_cut() {
        let text = "é".repeat(50);
        assert_eq!(string(&text), format!("the string \"{}…\"", "é".repeat(40)));
    }
}
