//! A program that runs beside the test.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::output::Output;
use crate::usage::Usage;

/// How long the last words of a process that has ended may take to arrive.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A program that runs beside the test, without input, its output captured. It is killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: u32,
    stdout: Output,
    stderr: Output,
}

impl Process {
    /// Starts `command`.
    ///
    /// # Errors
    /// When the program cannot be started.
    pub fn start(mut command: Command) -> io::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let pid = child
            .id()
            .ok_or_else(|| io::Error::other("the process ended at once"))?;
        Ok(Self {
            pid,
            stdout: Output::of(child.stdout.take()),
            stderr: Output::of(child.stderr.take()),
            child,
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.pid
    }

    /// What it wrote to its standard output so far, the first MiB.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// What it wrote to its standard error so far, the first MiB.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// What it has used of the machine so far.
    ///
    /// # Errors
    /// When it has ended.
    pub fn usage(&self) -> io::Result<Usage> {
        Usage::of(self.pid)
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// When the system cannot tell.
    pub fn status(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Asks it to end, by SIGTERM; [`Process::wait`] tells how it did. It is no error if it has ended.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn terminate(&mut self) -> io::Result<()> {
        self.signal(Signal::TERM)
    }

    /// Stops all of its threads where they are, by SIGSTOP: its sockets stay, and the kernel goes on accepting
    /// connections and bytes for it. It is no error if it has ended.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn freeze(&mut self) -> io::Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on after [`Process::freeze`], by SIGCONT. It is no error if it has ended.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn thaw(&mut self) -> io::Result<()> {
        self.signal(Signal::CONT)
    }

    /// Ends it at once, by SIGKILL, and waits until it is gone, its ports with it.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> io::Result<()> {
        self.child.kill().await
    }

    fn signal(&mut self, signal: Signal) -> io::Result<()> {
        if self.status()?.is_some() {
            return Ok(());
        }
        match self
            .child
            .id()
            .and_then(|id| Pid::from_raw(id.cast_signed()))
        {
            Some(pid) => Ok(kill_process(pid, signal)?),
            None => Ok(()),
        }
    }

    /// Waits until it ends by itself; its output is complete then.
    ///
    /// # Errors
    /// `TimedOut` when it still runs after that time.
    pub async fn wait(&mut self, within: Duration) -> io::Result<ExitStatus> {
        let still_runs = |_| {
            let message = format!("process {} still runs after {within:?}", self.pid);
            io::Error::new(io::ErrorKind::TimedOut, message)
        };
        let status = tokio::time::timeout(within, self.child.wait())
            .await
            .map_err(still_runs)??;
        self.stdout.finish(LAST_WORDS).await;
        self.stderr.finish(LAST_WORDS).await;
        Ok(status)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::path::Path;

    use super::*;
    use crate::wait::wait_until;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::start(command).unwrap()
    }

    #[tokio::test]
    async fn output_and_status_are_captured() {
        let mut process = shell("echo out; echo err >&2; exit 3");
        assert_eq!(process.wait(PATIENCE).await.unwrap().code(), Some(3));
        assert_eq!(
            (process.stdout(), process.stderr()),
            ("out\n".to_owned(), "err\n".to_owned())
        );
    }

    #[tokio::test]
    async fn output_shows_while_the_process_runs() {
        let process = shell("echo ready; exec sleep 60");
        wait_until(PATIENCE, async || process.stdout() == "ready\n")
            .await
            .unwrap();
        assert!(process.usage().unwrap().rss > 0);
    }

    #[tokio::test]
    async fn a_flood_of_output_blocks_nothing_and_is_cut() {
        let mut process = shell("head -c 3000000 /dev/zero | tr '\\0' x");
        assert!(process.wait(PATIENCE).await.unwrap().success());
        assert_eq!(process.stdout().len(), 1 << 20);
    }

    #[tokio::test]
    async fn a_process_is_terminated_and_may_say_how_it_ends() {
        let mut process = shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done");
        wait_until(PATIENCE, async || process.stdout() == "ready\n")
            .await
            .unwrap();
        process.terminate().unwrap();
        assert_eq!(process.wait(PATIENCE).await.unwrap().code(), Some(7));
        process.terminate().unwrap();

        let mut process = shell("exec sleep 60");
        process.terminate().unwrap();
        assert_eq!(process.wait(PATIENCE).await.unwrap().signal(), Some(15));
    }

    #[tokio::test]
    async fn a_frozen_process_goes_on_when_it_is_thawed() {
        let mut process = shell("while :; do echo; sleep 0.01; done");
        let said = |process: &Process| process.stdout().len();
        wait_until(PATIENCE, async || said(&process) > 0)
            .await
            .unwrap();
        process.freeze().unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let before = said(&process);
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(said(&process), before);
        process.thaw().unwrap();
        wait_until(PATIENCE, async || said(&process) > before)
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn a_process_is_killed_frozen_or_not() {
        let mut process = shell("exec sleep 60");
        process.freeze().unwrap();
        process.kill().await.unwrap();
        assert_eq!(process.status().unwrap().unwrap().signal(), Some(9));
        process.freeze().unwrap();
    }

    #[tokio::test]
    async fn one_that_does_not_end_is_an_error() {
        let mut process = shell("exec sleep 60");
        let error = process.wait(Duration::from_millis(20)).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn it_is_killed_when_dropped() {
        let process = shell("trap '' TERM; exec sleep 60");
        let proc = format!("/proc/{}", process.id());
        assert!(Path::new(&proc).exists());
        drop(process);
        wait_until(PATIENCE, async || !Path::new(&proc).exists())
            .await
            .unwrap();
    }
}
