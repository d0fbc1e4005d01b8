//! Running a load tool.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{Load, h2load, wrk};
use crate::bench::cores::{Cores, Part};
use crate::bench::running::Running;
use crate::outcome::Outcome;

/// How long a tool may take beyond the time it was given.
const SLACK: Duration = Duration::from_secs(15);

/// Where h2load writes down every request.
const LOG: &str = "h2load.log";

/// A program that plays the clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// HTTP/1.1.
    Wrk,
    /// HTTP/2.
    H2load,
}

/// Where and how long a tool works.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    /// The program of the tool.
    pub(crate) program: &'a Path,
    /// Its arguments, without duration and URL.
    pub(crate) arguments: &'a [&'a str],
    /// What is asked for.
    pub(crate) url: &'a str,
    /// How long.
    pub(crate) seconds: u64,
    /// A folder it may write into.
    pub(crate) folder: &'a Path,
    /// Where programs run.
    pub(crate) cores: &'a Cores,
}

impl Tool {
    /// The name of its component.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wrk => "wrk",
            Self::H2load => "h2load",
        }
    }

    /// The argument that makes it tell its version.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::Wrk => "-v",
            Self::H2load => "--version",
        }
    }

    /// Sends requests as long as the session lasts.
    pub(crate) fn run(self, session: &Session<'_>) -> Outcome<Load> {
        let mut command = session.cores.command(Part::Surroundings, session.program);
        command.args(session.arguments).current_dir(session.folder);
        let seconds = session.seconds.to_string();
        let log = session.folder.join(LOG);
        match self {
            Self::Wrk => command.args(["--latency", "--duration", &seconds]),
            Self::H2load => {
                fs::write(&log, "")?;
                command.args(["--log-file", LOG, "--duration", &seconds])
            }
        };
        let output = session.folder.join(format!("{}.out", self.name()));
        let limit = Duration::from_secs(session.seconds) + SLACK;
        let output = Running::start(command.arg(session.url), output)?
            .finish(limit)
            .map_err(|error| format!("{}: {error}", self.name()))?;
        let load = match self {
            Self::Wrk => wrk::parse(&output),
            Self::H2load => h2load::parse(&output, &fs::read_to_string(log)?),
        };
        load.ok_or_else(|| format!("{} says: {}", self.name(), output.trim()).into())
    }
}
