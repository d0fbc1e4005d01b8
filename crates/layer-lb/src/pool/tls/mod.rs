//! TLS to endpoints: rustls on aws-lc-rs, TLS 1.2 and 1.3.
//!
//! A [`TlsClient`] belongs to an upstream: what it trusts, what it shows, and the sessions it can resume. A
//! [`TlsPeer`] is an endpoint to it: what its certificate must be for, and the protocols it is offered.

mod any_certificate;
mod client;
mod fault;
mod peer;

pub(crate) use client::TlsClient;
pub(super) use fault::{TlsFault, is_refusal};
#[cfg(feature = "etcd")]
pub(crate) use peer::Offer;
#[cfg(not(feature = "etcd"))]
pub(super) use peer::Offer;
pub(super) use peer::{H2, TlsPeer};
