//! Ten endpoints whose answers take their time, one of them ten times as long.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use super::cores::{Cores, Part};
use super::running::Running;
use super::server::{free_address, wait_until_it_accepts};
use crate::outcome::Outcome;

/// How many take how long.
const GROUPS: [(usize, &str); 2] = [(1, "20ms"), (9, "2ms")];

/// The running endpoints.
#[derive(Debug)]
pub(crate) struct Ten {
    /// Where they are.
    pub(crate) addresses: Vec<SocketAddr>,
    _servers: Vec<Running>,
}

impl Ten {
    /// Starts them with the program of upstreams that do as they are told.
    pub(crate) fn start(program: &Path, folder: &Path, cores: &Cores) -> Outcome<Self> {
        let (mut addresses, mut servers) = (Vec::new(), Vec::new());
        for (count, delay) in GROUPS {
            let group: Vec<_> = (0..count)
                .map(|_| free_address())
                .collect::<io::Result<_>>()?;
            let mut command = cores.command(Part::Surroundings, program);
            command.args(["--delay", delay]);
            command.args(group.iter().map(ToString::to_string));
            let output = folder.join(format!("endpoints-{delay}.log"));
            let mut server = Running::start(&mut command, output)?;
            for address in &group {
                wait_until_it_accepts(&mut server, *address)?;
            }
            addresses.extend(group);
            servers.push(server);
        }
        Ok(Self {
            addresses,
            _servers: servers,
        })
    }
}
