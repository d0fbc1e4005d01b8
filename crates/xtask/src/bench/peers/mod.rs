//! The proxies: one file each. All of them keep connections to the upstream, set `X-Forwarded-For`, `-Proto`
//! and `-Host`, write no access log, and have one thread.

mod envoy;
mod haproxy;
mod nginx;
mod peer;
mod portcullis;

pub(crate) use nginx::NGINX;
pub(crate) use peer::{Peer, Site};
pub(crate) use portcullis::PORTCULLIS;

/// Every proxy, in the order of the report.
pub(crate) const PEERS: &[Peer] = &[PORTCULLIS, NGINX, haproxy::HAPROXY, envoy::ENVOY];
