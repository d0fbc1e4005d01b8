//! A server that runs while it is measured, or while something before it is.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use super::cores::{Cores, Part};
use super::running::Running;
use crate::outcome::Outcome;

/// How long a server may take until it accepts connections.
const START: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(20);

/// How a server is started from a file.
#[derive(Debug)]
pub(crate) struct Launch<'a> {
    /// Its program.
    pub(crate) program: &'a Path,
    /// Its arguments, which name the file from its folder.
    pub(crate) arguments: &'a [&'a str],
    /// The name of its file.
    pub(crate) file: &'a str,
    /// What is in the file.
    pub(crate) config: String,
    /// The folder it runs in. It may write there.
    pub(crate) folder: &'a Path,
    /// Where it will accept connections.
    pub(crate) address: SocketAddr,
    /// Its part in the measurement.
    pub(crate) part: Part,
}

impl Launch<'_> {
    /// Starts the server, and waits until it accepts connections.
    pub(crate) fn start(&self, cores: &Cores) -> Outcome<Running> {
        // What an earlier run has left behind tells nothing about this one.
        if self.folder.exists() {
            fs::remove_dir_all(self.folder)?;
        }
        fs::create_dir_all(self.folder)?;
        fs::write(self.folder.join(self.file), &self.config)?;
        let mut command = cores.command(self.part, self.program);
        command.args(self.arguments).current_dir(self.folder);
        let mut running = Running::start(&mut command, self.folder.join("output.log"))?;
        wait_until_it_accepts(&mut running, self.address)?;
        Ok(running)
    }
}

/// Waits until it accepts connections there.
pub(crate) fn wait_until_it_accepts(running: &mut Running, address: SocketAddr) -> Outcome<()> {
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        if running.has_ended()? {
            return Err(format!("it ended at once: {}", running.output()?.trim()).into());
        }
        if begun.elapsed() > START {
            return Err(format!("it accepts no connections after {START:?}").into());
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

/// A loopback address that nobody uses at this moment.
pub(crate) fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
