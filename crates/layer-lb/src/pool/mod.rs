//! The connections to an endpoint.
//!
//! Each endpoint owns its [`Connections`]: a pool that lends whole connections (`http1`) or streams of them
//! (`http2`), or both until it is known which the endpoint speaks. A `connector` opens them as a [`stream`], which
//! may be one of TLS ([`tls`]). A response's body holds what was lent to it until it has ended. No task is started for a request over HTTP/1.1; a connection
//! over HTTP/2 has one that drives it, and ends with it. What several requests wait for, a look-up or a connection
//! that is shared, is a task of the pool.

mod address;
mod auto_pool;
mod connections;
mod connector;
mod deadline;
mod gate;
mod http1;
mod http2;
mod interim;
mod proxy_header;
mod queue;
mod replay;
mod replay_budget;
mod sending;
mod single_flight;
mod spoken;
mod stream;
mod sweeper;
mod tls;
mod trailers;
mod warmer;
mod wishes;

pub(crate) use address::Address;
pub(crate) use auto_pool::Found;
pub(crate) use connections::{Connections, connector_of_checks};
pub(crate) use connector::Connector;
pub(crate) use deadline::Deadline;
pub(crate) use sending::Sending;
#[cfg(feature = "etcd")]
pub(crate) use tls::Offer;
pub(crate) use tls::TlsClient;
pub(crate) use warmer::Warmer;
pub(crate) use wishes::Wishes;
