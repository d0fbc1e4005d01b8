//! Commands print what is shown beneath them.

use std::path::Path;
use std::process::Command;

use gateway_testkit::Binary;

use crate::document::{Block, blocks};
use crate::repository::root;

/// Commands that end by themselves and print the same each time.
const COMMANDS: [&str; 3] = ["check", "explain", "version"];

/// A line behind a prompt, and what is shown beneath it.
struct Shown<'a> {
    command: &'a str,
    output: String,
}

fn shown(block: &Block) -> Vec<Shown<'_>> {
    let mut all: Vec<Shown<'_>> = Vec::new();
    for line in block.text.lines() {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push(Shown {
                command,
                output: String::new(),
            }),
            (None, Some(last)) => last.output.push_str(&format!("{line}\n")),
            (None, None) => panic!("{}: a block of commands begins with `$ `", block.place),
        }
    }
    all
}

/// Whether the command is one of ours whose output can be compared, and is shown.
fn is_comparable(shown: &Shown<'_>) -> bool {
    let mut words = shown.command.split(' ');
    let program = words.next().unwrap_or_default();
    program.ends_with("portcullis")
        && words.next().is_some_and(|word| COMMANDS.contains(&word))
        && !shown.output.is_empty()
}

/// Runs the command in the root of the repository; what it printed, and its exit code.
fn run(binary: &Path, command: &str) -> (String, String) {
    let (_, arguments) = command.split_once(' ').unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("{} {arguments}", binary.display())])
        .current_dir(root())
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let code = output.status.code().unwrap();
    (String::from_utf8(text).unwrap(), format!("{code}\n"))
}

#[test]
fn commands_print_what_is_shown() {
    let binary = Binary::find().unwrap();
    let mut compared = 0;
    for block in blocks("console") {
        let mut code = None;
        for shown in shown(&block) {
            if shown.command == "echo $?" {
                assert_eq!(
                    code.take().as_deref(),
                    Some(&*shown.output),
                    "{}: exit code",
                    block.place
                );
            } else if is_comparable(&shown) {
                let (printed, exit) = run(binary.path(), shown.command);
                assert_eq!(printed, shown.output, "{}: {}", block.place, shown.command);
                code = Some(exit);
                compared += 1;
            }
        }
    }
    assert!(compared > 3, "only {compared} commands were compared");
}
