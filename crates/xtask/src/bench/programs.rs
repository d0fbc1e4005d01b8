//! The programs that are there.

use std::path::{Path, PathBuf};

use super::cases::Case;
use super::components::COMPONENTS;
use super::load::Tool;
use super::peers::{PEERS, PORTCULLIS, Peer};
use super::version::version_of;
use crate::cargo::cargo;
use crate::outcome::Outcome;
use crate::process::attempt;
use crate::provide::{Provided, provide};
use crate::workspace::{E2E, Workspace};

/// The upstream whose answers take their time.
const SCRIPTED: &str = "scripted-upstream";

/// Where each program is: ours as built from this workspace, the others as provided.
#[derive(Debug)]
pub(crate) struct Programs {
    portcullis: PathBuf,
    scripted: PathBuf,
    provided: Vec<Provided>,
}

impl Programs {
    /// Builds ours, and provides the others.
    pub(crate) fn prepare(workspace: &Workspace) -> Outcome<Self> {
        // One after the other, so that what one needs of a library does not get into the other.
        for (package, program) in [("gateway-bin", PORTCULLIS.program), (E2E, SCRIPTED)] {
            let mut build = cargo(["build", "--release", "--package", package]);
            attempt(build.args(["--bin", program]))?;
        }
        let release = workspace.target.join("release");
        Ok(Self {
            portcullis: release.join(PORTCULLIS.program),
            scripted: release.join(SCRIPTED),
            provided: provide(&workspace.target.join("tools"), COMPONENTS)?,
        })
    }

    /// The program of that name, if it is there.
    pub(crate) fn find(&self, name: &str) -> Option<&Path> {
        if name == PORTCULLIS.name {
            return Some(&self.portcullis);
        }
        let mut provided = self.provided.iter();
        let (_, place) = provided.find(|(component, _)| component.name == name)?;
        place.as_deref()
    }

    /// The upstream whose answers take their time.
    pub(crate) fn scripted(&self) -> &Path {
        &self.scripted
    }

    /// The proxies of the case that are there, each with its program.
    pub(crate) fn contenders(&self, case: &Case) -> Vec<(&'static Peer, &Path)> {
        let peers = case.peers.iter();
        let found = peers.map(|peer| Some((*peer, self.find(peer.program)?)));
        found.flatten().collect()
    }

    /// The names of the proxies and tools that are not there.
    pub(crate) fn missing(&self, cases: &[&'static Case]) -> Vec<&'static str> {
        let peers = PEERS.iter().map(|peer| peer.name);
        let tools = tools_of(cases).into_iter().map(Tool::name);
        peers
            .chain(tools)
            .filter(|name| self.find(name).is_none())
            .collect()
    }

    /// Every proxy and tool that is there with its version, such as `nginx 1.22.1`.
    pub(crate) fn versions(&self, cases: &[&'static Case]) -> Vec<String> {
        let peers = PEERS.iter().map(|peer| (peer.name, peer.version));
        let tools = tools_of(cases)
            .into_iter()
            .map(|tool| (tool.name(), tool.version()));
        let told = peers.chain(tools).filter_map(|(name, argument)| {
            let version = version_of(self.find(name)?, argument);
            Some(version.map_or(name.to_owned(), |version| format!("{name} {version}")))
        });
        told.collect()
    }
}

/// The tools of the cases, each once.
fn tools_of(cases: &[&'static Case]) -> Vec<Tool> {
    let mut tools = Vec::new();
    for case in cases {
        if !tools.contains(&case.tool) {
            tools.push(case.tool);
        }
    }
    tools
}
