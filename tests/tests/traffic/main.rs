//! Traffic through the real gateway on real sockets: what clients and upstreams see of it, and what an operator
//! does with its binary.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails a test")]

mod actions;
mod capacity;
mod clients;
mod conformance;
mod demo;
mod drain;
mod explain;
mod floods;
mod forwarding;
mod grpc;
mod heads;
mod health;
mod http1;
mod layers;
mod metrics;
mod nginx;
mod passage;
mod problem;
mod protocol;
mod reuse;
mod rows;
mod signal;
mod smuggling;
mod websocket;

use std::time::Duration;

/// How long something may take that happens at once, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(10);
