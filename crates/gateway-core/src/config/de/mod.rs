//! Our own deserializer: from a tree of nodes to any `Deserialize` type, with errors that keep their
//! place and their structure.
//!
//! A failure starts without a place in some visitor, and gets it where it leaves the value it is about:
//! every place that deserializes a value below another one calls [`Failure::arose_at`].

mod array;
mod context;
mod enumeration;
mod failure;
mod key;
mod located;
mod table;
mod value;

pub(super) use context::Context;
pub(super) use failure::Failure;
pub(super) use value::ValueDeserializer;
