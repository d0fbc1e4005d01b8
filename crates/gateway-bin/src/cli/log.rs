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
    let default = || Targets::new().with_default(LevelFilter::INFO);
    let targets = match std::env::var(VARIABLE) {
        Ok(text) => text.parse().unwrap_or_else(|error| {
            print_error(&format!(
                "warning: {VARIABLE}={text} is not understood: {error}\n"
            ));
            default()
        }),
        Err(_) => default(),
    };
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
