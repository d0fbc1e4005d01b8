//! The proxies: one file each. All of them keep connections to the upstream, set `X-Forwarded-For`, `-Proto`
//! and `-Host`, write no access log, have one thread, and prefer the endpoint with less to do.

mod envoy;
mod haproxy;
mod nginx;
mod peer;
mod portcullis;

pub(crate) use nginx::NGINX;
pub(crate) use peer::{Peer, Site};
pub(crate) use portcullis::{PORTCULLIS, PORTCULLIS_EWMA};

/// Every proxy as it is started where nothing else is said, in the order of the report.
pub(crate) const PEERS: &[&Peer] = &[PORTCULLIS, NGINX, haproxy::HAPROXY, envoy::ENVOY];
