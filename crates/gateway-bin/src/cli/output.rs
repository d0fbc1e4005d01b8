//! Writing to the terminal.

use std::io::{ErrorKind, IsTerminal, Write};

use gateway_core::config::{ConfigErrors, Source, Style, render};

use super::Exit;

/// Prints to standard output, which ends the command well unless it cannot be written to. A reader that has
/// gone away (`| head`) is no failure.
pub(crate) fn print(text: &str) -> Exit {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            print_error(&format!("error: cannot print: {error}\n"));
            Exit::Failed
        }
        _ => Exit::Done,
    }
}

/// Prints to standard error.
pub(crate) fn print_error(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Prints what is wrong with a file to standard error, with colours on a terminal.
pub(super) fn print_findings(source: &Source, errors: &ConfigErrors) {
    let wants_colour = std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let style = if wants_colour {
        Style::Ansi
    } else {
        Style::Plain
    };
    let found = count(errors.iter().count(), "error");
    print_error(&render(source, errors, style));
    print_error(&format!("\n{found} in {}\n", source.name()));
}

/// A number of things in words: `1 route`, `2 routes`.
pub(super) fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
