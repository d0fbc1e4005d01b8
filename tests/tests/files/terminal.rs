//! Colours are for terminals, and for people who want them.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

use gateway_testkit::Binary;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::wrong_directory;

/// What `portcullis check` writes to a terminal about a wrong file.
fn on_a_terminal(variables: &[(&str, &str)]) -> String {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap())
        .unwrap();
    let mut command = Command::new(Binary::find().unwrap().path());
    command
        .args(["check", "-c", "tie.toml"])
        .current_dir(wrong_directory())
        .env_remove("NO_COLOR")
        .envs(variables.iter().copied())
        .stdout(Stdio::null())
        .stderr(terminal);
    assert_eq!(command.status().unwrap().code(), Some(3));
    // With the command goes the last one who holds the terminal, and reading ends with an error.
    drop(command);
    let mut written = Vec::new();
    let _ = File::from(master).read_to_end(&mut written);
    String::from_utf8(written).unwrap()
}

#[test]
fn a_terminal_gets_colours_unless_it_does_not_want_them() {
    assert!(on_a_terminal(&[]).contains("\u{1b}["));
    let plain = on_a_terminal(&[("NO_COLOR", "1")]).replace("\r\n", "\n");
    let golden = std::fs::read_to_string(wrong_directory().join("tie.txt")).unwrap();
    assert_eq!(plain, golden);
}
