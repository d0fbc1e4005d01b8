//! The binary says what it is and what it can do. Having this test, cargo builds the binary for every test run.

use std::io;
use std::process::{Command, Output};

fn portcullis(arguments: &[&str]) -> io::Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
    command.args(arguments).output()
}

#[test]
fn it_names_its_version_and_its_layers() {
    let output = portcullis(&["version"]).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(text.starts_with(concat!("portcullis ", env!("CARGO_PKG_VERSION"), "\n")));
    for layer in ["api-key", "rate-limit", "headers"] {
        assert!(text.contains(layer), "{text}");
    }
}

#[test]
fn its_help_names_every_command_and_exit_code() {
    let output = portcullis(&["--help"]).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for word in [
        "run",
        "check",
        "explain",
        "schema",
        "demo",
        "version",
        "Exit codes",
    ] {
        assert!(text.contains(word), "{word} is missing:\n{text}");
    }
}

#[test]
fn a_wrong_command_line_is_told_apart_from_a_failure() {
    let output = portcullis(&["chek"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("check"), "it says what was meant:\n{text}");
}
