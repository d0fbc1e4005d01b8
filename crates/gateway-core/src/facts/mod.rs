//! What layers know of a request and of its answer: one public type, one file each.
//!
//! Facts travel **inward** as request extensions and **outward** as response extensions. Layers know each
//! other through facts alone, so any layer that provides [`Identity`] serves any layer that needs it.

mod attempts;
mod client_addr;
mod fact;
mod identity;
mod interim;
mod matched_route;
mod observations;
mod scheme;
mod served_by;
mod tunnel;
mod upgrade;
mod upstream_failure;

pub use attempts::{Attempt, AttemptEnding, Attempts};
pub use client_addr::ClientAddr;
pub use fact::{Fact, FactId};
pub use identity::{Identity, IdentityBuilder};
pub use interim::{EarlyHints, Interim};
pub use matched_route::{MatchedRoute, PathParameters};
pub use observations::{Observation, Observations};
pub use scheme::Scheme;
pub use served_by::ServedBy;
pub use tunnel::{Tunnel, TunnelIo};
pub use upgrade::Upgrade;
pub use upstream_failure::{FailureKind, UpstreamFailure};
