//! The connections to an endpoint.
//!
//! Each endpoint owns a pool: [`Http1Pool`] lends whole connections, [`Http2Pool`] streams of them. A response's
//! body holds what was lent to it until it has ended. No task is started for a request over HTTP/1.1; a connection
//! over HTTP/2 has one that drives it, and ends with it. What several requests wait for, a look-up or a connection
//! that is shared, is a task of the pool.

mod address;
mod connector;
mod deadline;
mod gate;
mod http1;
mod http2;
mod interim;
mod queue;
mod replay;
mod replay_budget;
mod sending;
mod single_flight;
mod sweeper;
mod trailers;
mod wishes;

pub(crate) use address::Address;
pub(crate) use connector::Connector;
pub(crate) use deadline::Deadline;
pub(crate) use http1::Http1Pool;
pub(crate) use http2::Http2Pool;
pub(crate) use sending::Sending;
pub(crate) use wishes::Wishes;
