//! HAProxy. It tells HTTP/2 from HTTP/1.1 by the first bytes of a connection.

use super::{Peer, Site};

pub(crate) const HAPROXY: &Peer = &Peer {
    name: "haproxy",
    program: "haproxy",
    file: "haproxy.cfg",
    config,
    arguments: &["-db", "-f", "haproxy.cfg"],
    version: "-v",
};

fn config(site: &Site) -> String {
    format!(
        "global
    nbthread 1
    maxconn 2048

defaults
    mode http
    timeout connect 5s
    timeout client 300s
    timeout server 300s
    http-reuse always

frontend clients
    bind {clients}
    http-request set-header X-Forwarded-For %[src]
    http-request set-header X-Forwarded-Proto http
    http-request set-header X-Forwarded-Host %[req.hdr(host)]
    default_backend service

backend service
    balance leastconn
{servers}",
        clients = site.clients,
        servers = site.lines(|address| format!("    server at{} {address}\n", address.port())),
    )
}
