//! The connections to an endpoint.
//!
//! Each endpoint owns a pool: [`Http1Pool`] lends whole connections, [`Http2Pool`] shares one. A response's
//! body holds what was lent to it (`lease`) until it has ended. No task is started for a request; each
//! connection has one that drives it, and ends with it. What several requests wait for, a look-up or a shared
//! connection, is a task of the pool (`single_flight`).

mod address;
mod alarm;
mod connector;
mod deadline;
mod http1;
mod http1_connection;
mod http2;
mod http2_connection;
mod idle;
mod lease;
mod progress;
mod request_body;
mod response_body;
mod single_flight;
mod sweeper;
mod trailers;

pub(crate) use address::Address;
pub(crate) use connector::Connector;
pub(crate) use deadline::Deadline;
pub(crate) use http1::Http1Pool;
pub(crate) use http2::Http2Pool;
