//! Portcullis. It has as many threads as cores that it may use.

use super::{Peer, Site};

pub(crate) const PORTCULLIS: Peer = Peer {
    name: "portcullis",
    file: "portcullis.toml",
    config,
    arguments: &["run", "-c", "portcullis.toml"],
    version: "version",
};

fn config(site: &Site) -> String {
    format!(
        r#"[listeners.clients]
bind = "{clients}"

[upstreams.service]
endpoints = ["http://{upstream}"]

[[routes]]
name = "everything"
match = {{ path = "/{{*rest}}" }}
upstream = "service"
"#,
        clients = site.clients,
        upstream = site.upstream,
    )
}
