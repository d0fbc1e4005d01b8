//! Again, elsewhere, within a budget.
//!
//! A request that fails is given back by whoever tried to send it (`comeback`), if its [policy](RetryPolicy) says that
//! it may be sent again at all; so no head is copied before it is known that a copy is needed. Whether it is sent again
//! then depends on what the upstream can bear (`budget`) and on the time that is left (`journey`). What is below all
//! this, the repeat of a request over another connection to the same endpoint where the first turned out to be
//! stale, belongs to the pools.

mod again;
mod backoff;
mod budget;
mod client_deadline;
mod comeback;
mod conditions;
mod handed_back;
mod hedge;
mod journey;
mod pause;
mod policy;
mod reason;
mod record;
mod retries;
mod retry_after;
mod rules;

pub(crate) use again::again;
pub(crate) use budget::Budget;
pub(crate) use client_deadline::ClientDeadline;
pub(crate) use comeback::Comeback;
pub(crate) use handed_back::HandedBack;
pub(crate) use hedge::{hedged, may_be_hedged};
pub(crate) use journey::Journey;
pub(crate) use policy::RetryPolicy;
pub(crate) use retries::Retries;
pub use rules::RetryRules;
