//! Portcullis: an API gateway in one binary, built of tower layers.
//!
//! A file becomes a [`Configuration`](compose::Configuration) ([`Gateway::load`]), which becomes a
//! [`Running`](run::Running) gateway. A request's way through it:
//!
//! ```text
//! server::listener    accepts the connection
//! server::connection  tells the protocol, sets the deadlines, hands requests on
//! server::edge        checks the head, finds the route
//! compose::plan       the route's stack: gateway-wide layers, the route's layers, its action
//! action::forward     rewrites path and host
//! layer_lb            picks an endpoint, sends the request over a pooled connection
//! ```
//!
//! A `main` of your own adds layers of your own: see [`Gateway`].

pub mod action;
pub mod admin;
mod admission;
mod cli;
pub mod compose;
mod demo;
pub mod explain;
pub mod file;
mod gateway;
pub mod metrics;
mod rejection;
pub mod routing;
pub mod run;
pub mod server;

pub use gateway::Gateway;
