//! What must be right about the head of a message before anybody acts on it.
//!
//! The checks are pure functions, one file each, and [`check_request`] runs those of a request in their
//! order. After it a head has one reading: one `Host`, one path, one framing, no field that concerns the
//! previous connection alone.

mod authority;
mod check;
mod claims;
pub mod cookies;
mod error;
pub mod field_names;
mod forwarding;
pub mod framing;
pub mod hop_by_hop;
mod host;
mod limits;
mod methods;
pub mod named;
mod present;
pub mod query;
mod target;
#[cfg(test)]
mod testing;
pub mod trailers;
mod trusted_proxies;
mod websocket;

pub use authority::Authority;
pub use check::{CheckedHead, HeadPolicy, check_request};
pub use error::HeadError;
pub use forwarding::{Forwarding, Origin};
pub use hop_by_hop::HopByHop;
pub use limits::HeadLimits;
pub use methods::Methods;
pub use present::Present;
pub use trusted_proxies::TrustedProxies;
