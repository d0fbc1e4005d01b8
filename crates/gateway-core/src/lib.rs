//! The ground that every Portcullis layer stands on.
//!
//! - [`contract`]: what a layer is, how it is built from a file and put into a stack.
//! - [`facts`]: what layers know of a request and of its answer.
//! - [`rejection`]: how a layer says no.
//! - [`config`]: the vocabulary of the file, with errors that show line, caret and what to write instead.
//! - [`expression`]: CEL, wherever an expression is useful.
//! - [`head`] and [`path`]: what a message head must be before anybody looks at it.
//! - [`http1`]: HTTP/1.1 as bytes, for both sides of the gateway.
//! - [`observe`]: any layer deciding without acting.
//! - [`deadline`]: by when something must have happened, and the one timer of a connection.
//! - [`counter`]: how often something has happened.
//!
//! This crate opens no socket and starts no task.

pub mod config;
pub mod contract;
pub mod counter;
pub mod deadline;
pub mod expression;
pub mod facts;
pub mod head;
pub mod http1;
pub mod observe;
pub mod path;
pub mod rejection;
