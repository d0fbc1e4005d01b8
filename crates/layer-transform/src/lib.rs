//! Layers that change messages on their way.
//!
//! Each layer has a module of its own, usable from the gateway's file and in any tower stack:
//!
//! - [`headers`]: sets, adds and removes header fields (`type = "headers"`).

pub mod headers;
