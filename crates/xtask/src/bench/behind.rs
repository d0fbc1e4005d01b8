//! What answers behind the proxies.

use std::net::SocketAddr;
use std::path::Path;

use super::cores::Cores;
use super::peers::NGINX;
use super::programs::Programs;
use super::ten::Ten;
use super::upstream::Upstream;
use crate::outcome::Outcome;

/// What answers behind the proxies in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    /// An nginx, at once and from memory.
    Nginx,
    /// Ten endpoints whose answers take their time, one of them ten times as long.
    OneSlowOfTen,
}

/// All of it, running.
#[derive(Debug)]
pub(crate) struct Services {
    nginx: Upstream,
    ten: Ten,
}

impl Services {
    /// Starts all of it; it costs nothing while nobody asks.
    pub(crate) fn start(programs: &Programs, folder: &Path, cores: &Cores) -> Outcome<Self> {
        let nginx = programs.find(NGINX.program);
        let nginx = nginx.ok_or("nothing can be measured without nginx, which is the upstream")?;
        Ok(Self {
            nginx: Upstream::start(nginx, folder, cores)?,
            ten: Ten::start(programs.scripted(), folder, cores)?,
        })
    }

    /// Where it is.
    pub(crate) fn endpoints(&self, behind: Behind) -> Vec<SocketAddr> {
        match behind {
            Behind::Nginx => vec![self.nginx.address],
            Behind::OneSlowOfTen => self.ten.addresses.clone(),
        }
    }
}
