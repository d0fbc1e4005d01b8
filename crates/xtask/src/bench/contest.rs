//! Measuring one proxy in one case.

use std::path::{Path, PathBuf};

use super::behind::Services;
use super::cases::Case;
use super::cores::{Cores, Part};
use super::load::Session;
use super::measurement::Measurement;
use super::peers::{Peer, Site};
use super::programs::Programs;
use super::server::{Launch, free_address};
use crate::outcome::Outcome;

/// How long a proxy is under load before it is measured.
const WARM_UP_SECONDS: u64 = 1;

/// What all measurements have in common.
#[derive(Debug)]
pub(crate) struct Contest {
    /// The programs.
    pub(crate) programs: Programs,
    /// Where they run.
    pub(crate) cores: Cores,
    /// What is behind the proxies.
    pub(crate) services: Services,
    /// The folder for everybody's files.
    pub(crate) folder: PathBuf,
    /// How long one measurement takes.
    pub(crate) seconds: u64,
}

impl Contest {
    /// Starts the proxy, warms it up, measures it, and ends it.
    pub(crate) fn measure(&self, peer: &Peer, program: &Path, case: &Case) -> Outcome<Measurement> {
        let tool = self.programs.find(case.tool.name());
        let tool = tool.ok_or_else(|| format!("{} is missing", case.tool.name()))?;
        let site = Site {
            clients: free_address()?,
            protocol: case.protocol,
            endpoints: self.services.endpoints(case.behind),
        };
        let launch = Launch {
            program,
            arguments: peer.arguments,
            file: peer.file,
            config: (peer.config)(&site),
            folder: &self.folder.join(peer.name),
            address: site.clients,
            part: Part::Proxy,
        };
        let proxy = launch.start(&self.cores)?;

        let url = format!("http://{}{}", site.clients, case.path);
        let warm_up = Session {
            program: tool,
            arguments: case.arguments,
            url: &url,
            seconds: WARM_UP_SECONDS,
            folder: &self.folder,
            cores: &self.cores,
        };
        case.tool.run(&warm_up)?;

        let session = Session {
            seconds: self.seconds,
            ..warm_up
        };
        let before = proxy.usage()?;
        let load = case.tool.run(&session)?;
        Ok(Measurement::new(&load, &before, &proxy.usage()?)?)
    }
}
