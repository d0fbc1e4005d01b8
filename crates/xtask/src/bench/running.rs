//! A program that runs beside us.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use rustix::process::{Pid, Signal, kill_process};

use super::process_tree::tree;
use super::usage::Usage;
use crate::outcome::Outcome;

/// How often we look whether it has ended.
const LOOK: Duration = Duration::from_millis(20);

/// A running program. What it says goes into a file; it and all it has started are killed when this is
/// dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    output: PathBuf,
}

impl Running {
    /// Starts the command, whose stdout and stderr go into the file `output`.
    pub(crate) fn start(command: &mut Command, output: PathBuf) -> io::Result<Self> {
        let file = File::create(&output)?;
        command.stdin(Stdio::null()).stderr(file.try_clone()?);
        let child = command.stdout(file).spawn()?;
        Ok(Self { child, output })
    }

    /// What it and all it has started have used so far.
    pub(crate) fn usage(&self) -> io::Result<Usage> {
        Usage::of(self.pid()?)
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Waits until it has succeeded, at most that long, and returns what it has said.
    pub(crate) fn finish(mut self, limit: Duration) -> Outcome<String> {
        let begun = Instant::now();
        loop {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(self.output()?),
                Some(status) => return Err(format!("{status}: {}", self.output()?.trim()).into()),
                None if begun.elapsed() > limit => {
                    return Err(format!("no end within {limit:?}").into());
                }
                None => thread::sleep(LOOK),
            }
        }
    }

    /// What it has said so far.
    pub(crate) fn output(&self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.output)?).into_owned())
    }

    fn pid(&self) -> io::Result<i32> {
        i32::try_from(self.child.id()).map_err(io::Error::other)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The tree is found before its root ends, for orphans belong to somebody else.
        let tree = self.pid().and_then(tree).unwrap_or_default();
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        for pid in tree.iter().filter_map(|stat| Pid::from_raw(stat.pid)) {
            let _already_gone = kill_process(pid, Signal::KILL);
        }
        let _reaped = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, name: &str) -> Running {
        let output = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let mut command = Command::new("sh");
        Running::start(command.args(["-c", script]), output).unwrap()
    }

    #[test]
    fn what_it_said_is_kept() {
        let done = shell("echo out; echo err >&2", "said");
        let file = done.output.clone();
        assert_eq!(done.finish(Duration::from_secs(10)).unwrap(), "out\nerr\n");
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn a_failure_comes_with_its_words() {
        let failed = shell("echo sorry; exit 3", "failure");
        let file = failed.output.clone();
        let error = failed.finish(Duration::from_secs(10)).unwrap_err();
        assert_eq!(error.to_string(), "exit status: 3: sorry");
        fs::remove_file(file).unwrap();
    }

    #[test]
    fn children_are_killed_with_their_parent() {
        let running = shell("sleep 60 & wait", "tree");
        let (pid, file) = (running.pid().unwrap(), running.output.clone());
        let begun = Instant::now();
        let sleep = loop {
            if let [_, sleep] = tree(pid).unwrap().as_slice() {
                break sleep.pid;
            }
            assert!(begun.elapsed() < Duration::from_secs(10));
        };
        drop(running);
        while kill_process(Pid::from_raw(sleep).unwrap(), Signal::CONT).is_ok() {
            // A killed process whose new parent has not noticed yet is a zombie.
            let state = fs::read_to_string(format!("/proc/{sleep}/stat")).unwrap_or_default();
            if state.contains(") Z ") {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{state}");
        }
        fs::remove_file(file).unwrap();
    }
}
