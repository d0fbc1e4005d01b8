//! Running other programs.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long the output may stay silent before we look whether its program has ended.
const SILENCE: Duration = Duration::from_secs(1);

/// Whether the program can be run and succeeds; nothing is shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program that must succeed. It cannot ask questions, and all it says goes to stderr.
pub(crate) fn attempt(command: &mut Command) -> Result<(), String> {
    let line = shown(command);
    eprintln!("+ {line}");
    match command.stdin(Stdio::null()).stdout(io::stderr()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` failed ({status})")),
        Err(error) => Err(format!("`{line}` cannot be run: {error}")),
    }
}

/// Runs a program, copies each line of its stdout to `copy` as it comes and hands it to `read`.
///
/// A process that outlives the program and keeps its stdout open (a server that a test forgot) does
/// not hold us up.
pub(crate) fn stream(
    command: &mut Command,
    copy: &mut impl Write,
    mut read: impl FnMut(&str),
) -> io::Result<ExitStatus> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let lines = lines_of(&mut child);
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(line) => {
                copy.write_all(&line)?;
                copy.flush()?;
                read(String::from_utf8_lossy(&line).trim_end());
            }
            Err(RecvTimeoutError::Disconnected) => return child.wait(),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = child.try_wait()? {
                    return Ok(status);
                }
            }
        }
    }
}

/// The lines of the child's stdout, each with its line end, read by a thread of their own.
fn lines_of(child: &mut Child) -> Receiver<Vec<u8>> {
    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            loop {
                let mut line = Vec::new();
                match stdout.read_until(b'\n', &mut line) {
                    Ok(1..) if sender.send(line).is_ok() => {}
                    _ => break,
                }
            }
        });
    }
    lines
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn every_line_is_read_and_the_status_kept() {
        let (mut copy, mut lines) = (Vec::new(), Vec::new());
        let script = "echo one; printf two; exit 3";
        let status = stream(&mut shell(script), &mut copy, |line| {
            lines.push(line.to_owned());
        });
        assert_eq!(status.unwrap().code(), Some(3));
        assert_eq!(lines, ["one", "two"]);
        assert_eq!(copy, b"one\ntwo");
    }

    #[test]
    fn a_forgotten_child_that_holds_the_output_does_not_hold_us_up() {
        let begun = Instant::now();
        let status = stream(&mut shell("sleep 20 & echo done"), &mut io::sink(), |_| {}).unwrap();
        assert!(status.success());
        assert!(begun.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn a_failed_attempt_says_what_was_run() {
        assert_eq!(attempt(&mut shell("exit 0")), Ok(()));
        let complaint = attempt(&mut shell("exit 4")).unwrap_err();
        assert_eq!(complaint, "`sh -c exit 4` failed (exit status: 4)");
        let complaint = attempt(&mut Command::new("no-such-program")).unwrap_err();
        assert!(complaint.starts_with("`no-such-program` cannot be run"));
    }
}
