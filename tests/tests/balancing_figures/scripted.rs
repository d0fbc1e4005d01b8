//! The handle of an upstream that is a process of its own.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use e2e::scripted::{Entry, Journal, Mood};
use gateway_testkit::{Process, TempDir, free_addresses, tempdir, wait_until};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_scripted-upstream");
const START: Duration = Duration::from_secs(10);
const JOURNAL: &str = "journal";

/// An upstream that is a process of its own. It is killed when dropped.
pub(crate) struct Scripted {
    pub(crate) process: Process,
    address: SocketAddr,
    control: SocketAddr,
    directory: TempDir,
}

impl Scripted {
    pub(crate) async fn start() -> io::Result<Self> {
        let [address, control] = free_addresses()?;
        let directory = tempdir()?;
        let process = Process::start(command(address, control, &directory))?;
        let started = Self {
            process,
            address,
            control,
            directory,
        };
        started.wait_until_it_accepts().await?;
        Ok(started)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts it again after it was killed, where it was.
    pub(crate) async fn start_again(&mut self) -> io::Result<()> {
        self.process = Process::start(command(self.address, self.control, &self.directory))?;
        self.wait_until_it_accepts().await
    }

    /// Tells it to be in that mood.
    pub(crate) async fn be(&self, mood: Mood) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.control).await?;
        stream.write_all(format!("{mood}\n").as_bytes()).await?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await?;
        match reply.as_str() {
            "ok\n" => Ok(()),
            _ => Err(io::Error::other(reply)),
        }
    }

    /// All it has done, killed or not.
    pub(crate) fn journal(&self) -> io::Result<Vec<Entry>> {
        Journal::read(&self.directory.path().join(JOURNAL))
    }

    async fn wait_until_it_accepts(&self) -> io::Result<()> {
        let accepts = async || TcpStream::connect(self.control).await.is_ok();
        wait_until(START, accepts).await?;
        wait_until(START, async || {
            TcpStream::connect(self.address).await.is_ok()
        })
        .await
    }
}

fn command(address: SocketAddr, control: SocketAddr, directory: &TempDir) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("--journal").arg(directory.path().join(JOURNAL));
    command.args(["--control", &control.to_string()]);
    command.arg(address.to_string());
    command
}
