//! What is found wrong with an upstream, for tests.

use gateway_core::config::{ConfigErrors, Document, Source, Style, decode, render};

use super::UpstreamConfig;

/// All that is wrong with the upstream that `text` describes, as it is shown.
pub(super) fn findings(text: &str) -> String {
    let source = Source::new("gateway.toml", text);
    let mut errors = ConfigErrors::new();
    let config = Document::parse(&source, &mut errors)
        .and_then(|document| errors.take(decode::<UpstreamConfig>(document.root())));
    errors.extend(config.map(|config| config.check()).into_iter().flatten());
    render(&source, &errors, Style::Plain)
}

/// An upstream with `key = value` is refused with `message`, and the caret is below `place`, a part of `value`.
#[track_caller]
pub(super) fn assert_wrong(key: &str, value: &str, message: &str, place: &str) {
    let line = format!("{key} = {value}");
    let column = key.len() + " = ".len() + value.find(place).unwrap_or(0) + 1;
    let shown = findings(&format!("endpoints = [\"http://a\"]\n{line}\n"));
    let wanted = format!("error: {message}\n --> gateway.toml:2:{column}\n");
    assert!(shown.contains(&wanted), "{wanted}in\n{shown}");
}

/// `message` is among what is `shown`, at `place`, a line and a column.
#[track_caller]
pub(super) fn assert_shown(shown: &str, message: &str, place: &str) {
    let found = shown.split("\n\n").any(|finding| {
        finding.contains(message) && finding.contains(&format!("gateway.toml:{place}\n"))
    });
    assert!(found, "{message} at {place} in\n{shown}");
}
