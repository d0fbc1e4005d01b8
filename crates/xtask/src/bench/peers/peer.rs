//! What we know of a proxy.

use std::net::SocketAddr;

use crate::bench::cases::Protocol;

/// A proxy. It is ready when it accepts connections.
#[derive(Debug)]
pub(crate) struct Peer {
    /// What the report calls it.
    pub(crate) name: &'static str,
    /// Its program, by the name of the component.
    pub(crate) program: &'static str,
    /// The name of its configuration file.
    pub(crate) file: &'static str,
    /// What is in that file.
    pub(crate) config: fn(&Site) -> String,
    /// Its arguments. It runs in the folder of its file.
    pub(crate) arguments: &'static [&'static str],
    /// The argument that makes it tell its version.
    pub(crate) version: &'static str,
}

/// Where a proxy stands in a measurement.
#[derive(Debug)]
pub(crate) struct Site {
    /// Where clients come.
    pub(crate) clients: SocketAddr,
    /// What they speak.
    pub(crate) protocol: Protocol,
    /// Where it forwards to.
    pub(crate) endpoints: Vec<SocketAddr>,
}

impl Site {
    /// The lines that name the endpoints.
    pub(crate) fn lines(&self, line: impl Fn(SocketAddr) -> String) -> String {
        self.endpoints.iter().copied().map(line).collect()
    }
}
