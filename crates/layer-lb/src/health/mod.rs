//! Whether an endpoint may be chosen.
//!
//! Two things speak against an endpoint. **Checks** (`check`, `watch`) ask it from time to time whether
//! it is well. **Ejection** (`observe`) looks at the requests themselves and takes an endpoint out for a while where
//! they fail. What is decided is in pure functions (`CheckState`, `Ejection`, `may_eject`, `outliers`,
//! `least_standing`, `Rhythm`); `EndpointHealth` keeps what was decided, and reads it without a lock.
//!
//! Two tasks of the upstream do what takes time: one makes all checks, one ends ejections and compares rates of success.

mod beat;
mod check;
mod check_state;
mod checked;
mod eject;
mod ejection;
mod endpoint_health;
mod may_eject;
mod observe;
mod outliers;
mod returns;
mod rhythm;
mod standing;
mod tally;
mod tasks;
mod traffic;
mod upstream_health;
mod watch;
mod watched;

pub(crate) use endpoint_health::EndpointHealth;
pub(crate) use observe::observe;
pub(crate) use standing::{Standing, least_standing};
pub(crate) use tasks::start;
pub(crate) use upstream_health::UpstreamHealth;
