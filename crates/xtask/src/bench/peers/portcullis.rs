//! Portcullis. It has as many threads as cores that it may use.

use super::{Peer, Site};

pub(crate) const PORTCULLIS: &Peer = &Peer {
    name: "portcullis",
    program: "portcullis",
    file: "portcullis.toml",
    config,
    arguments: &["run", "-c", "portcullis.toml"],
    version: "version",
};

/// The same program, which chooses endpoints by their latency too.
pub(crate) const PORTCULLIS_EWMA: &Peer = &Peer {
    name: "portcullis-ewma",
    config: |site| file(site, "balance = \"peak-ewma\"\n"),
    ..*PORTCULLIS
};

fn config(site: &Site) -> String {
    file(site, "")
}

fn file(site: &Site, balance: &str) -> String {
    format!(
        r#"[listeners.clients]
bind = "{clients}"

[upstreams.service]
endpoints = [{endpoints}]
{balance}
[[routes]]
name = "everything"
match = {{ path = "/{{*rest}}" }}
upstream = "service"
"#,
        clients = site.clients,
        endpoints = site.lines(|address| format!("\"http://{address}\", ")),
    )
}
