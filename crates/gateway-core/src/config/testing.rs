//! What the tests of this module share.

use serde::de::DeserializeOwned;

use super::{ConfigErrors, Document, Source, Style, decode, render};

/// Decodes a whole file; errors come as they are shown.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let source = Source::new("gateway.toml", text);
    let mut errors = ConfigErrors::new();
    let value = Document::parse(&source, &mut errors)
        .and_then(|document| errors.take(decode(document.root())));
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(render(&source, &errors, Style::Plain)),
    }
}

/// How the errors of a file are shown that must have some.
pub(super) fn refused<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
    read::<T>(text).expect_err("the file has errors")
}

/// How the syntax errors of a file are shown.
pub(super) fn broken(text: &str) -> String {
    let source = Source::new("gateway.toml", text);
    let mut errors = ConfigErrors::new();
    Document::parse(&source, &mut errors);
    render(&source, &errors, Style::Plain)
}

/// Decodes the value of `key = …`; errors come as their plain text.
pub(super) fn value<T: DeserializeOwned>(toml: &str) -> Result<T, String> {
    let source = Source::new("gateway.toml", format!("key = {toml}"));
    let mut errors = ConfigErrors::new();
    let document = Document::parse(&source, &mut errors).expect("valid TOML");
    decode(document.root().get("key").expect("a key")).map_err(|errors| errors.to_string())
}

/// The part of the text that the only error about `key = …` points at.
pub(super) fn pointed_at<T: DeserializeOwned + std::fmt::Debug>(toml: &str) -> String {
    let source = Source::new("gateway.toml", format!("key = {toml}"));
    let mut errors = ConfigErrors::new();
    let document = Document::parse(&source, &mut errors).expect("valid TOML");
    let errors = decode::<T>(document.root().get("key").expect("a key")).expect_err("an error");
    let span = errors
        .iter()
        .next()
        .and_then(super::ConfigError::span)
        .expect("a place");
    source.text()[span.start..span.end].to_owned()
}
