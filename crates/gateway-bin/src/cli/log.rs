//! What the process says of itself while it runs.

use std::io::IsTerminal;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::print_error;

/// The variable that says what to log, such as `info` or `info,portcullis=debug`.
const VARIABLE: &str = "PORTCULLIS_LOG";

/// Logs to standard error: for people on a terminal, as JSON otherwise.
pub(crate) fn start_logging() {
    let text = std::env::var(VARIABLE).unwrap_or_default();
    let targets = targets(&text).unwrap_or_else(|| {
        print_error(&format!(
            "warning: {VARIABLE}={text} is not understood and `info` taken: \
             write a level (error, warn, info, debug, trace, off) or \"info,layer_lb=debug\"\n"
        ));
        Targets::new().with_default(LevelFilter::INFO)
    });
    let registry = tracing_subscriber::registry().with(targets);
    let format = fmt::layer().with_writer(std::io::stderr);
    let started = if std::io::stderr().is_terminal() {
        registry.with(format.with_target(false)).try_init()
    } else {
        registry.with(format.json().flatten_event(true)).try_init()
    };
    if started.is_err() {
        // The program that we are part of logs already; what we say goes there.
        tracing::debug!("a logger was there before");
    }
}

/// What to log: one level for everything, and levels for parts of the program; `info` where `text` is empty.
/// `None` where anything is not understood. `Targets` itself would take a misspelt level for the name of a
/// part, and log nothing else.
fn targets(text: &str) -> Option<Targets> {
    let mut targets = Targets::new().with_default(LevelFilter::INFO);
    for directive in text
        .split(',')
        .map(str::trim)
        .filter(|directive| !directive.is_empty())
    {
        targets = match directive.split_once('=') {
            Some((part, level)) => {
                targets.with_target(part.trim(), level.trim().parse::<LevelFilter>().ok()?)
            }
            None => targets.with_default(directive.parse::<LevelFilter>().ok()?),
        };
    }
    Some(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_understood_or_refused() {
        for text in ["", "info", " debug ", "info,", "warn,layer_lb=debug", "off"] {
            assert!(targets(text).is_some(), "{text}");
        }
        for text in ["warning", "debg", "info,layer_lb=loud", "layer_lb"] {
            assert!(targets(text).is_none(), "{text}");
        }
        let everything = targets("").and_then(|targets| targets.default_level());
        assert_eq!(everything, Some(LevelFilter::INFO));
    }
}
