//! Endpoints from the keys of an etcd cluster, by its API of version 3 (gRPC).
//!
//! Five messages of that API are all that is needed, so they stand here, in [`messages`], and are carried by h2. The
//! crate `etcd-client` would do the same, but compiles all of etcd's protocol files while it is built, which takes a
//! `protoc` on every machine that builds Portcullis.

#[cfg(feature = "etcd")]
mod connection;
#[cfg(feature = "etcd")]
mod framing;
#[cfg(feature = "etcd")]
mod messages;
#[cfg(feature = "etcd")]
mod registry;
#[cfg(feature = "etcd")]
mod run;
#[cfg(feature = "etcd")]
mod session;
mod source;
#[cfg(feature = "etcd")]
mod stream;
#[cfg(feature = "etcd")]
mod value;

#[cfg(feature = "etcd")]
pub(super) use run::run;
pub(crate) use source::EtcdSource;

#[cfg(feature = "etcd")]
use {
    connection::Connection, registry::Registry, session::Session, stream::Stream, value::endpoint,
};
