//! What every layer must be, checked: [`layer_contract!`](crate::layer_contract) makes a test of each check.
//!
//! A check is an `async` function of a [`Contract`] that says in words what is wrong, so that it can be tried
//! on layers that are broken. The layer under test stands around a [`Probe`].

mod cancellation;
mod errors;
mod finding;
#[cfg(test)]
mod fixtures;
mod layer_contract;
mod observation;
mod probe;
mod readiness;
mod refusal;
mod router;
mod streaming;
mod subject;
mod transparency;

pub use cancellation::{
    dropping_the_body_drops_the_inner_body, dropping_the_call_drops_the_inner_call,
};
pub use errors::{Failing, ProbeError, passes_on_errors};
pub use finding::Finding;
pub use layer_contract::run;
pub use observation::passes_when_observed;
pub use probe::Probe;
pub use readiness::waits_for_the_inner_service;
pub use refusal::refusal_carries_a_rejection;
pub use router::works_in_an_axum_router;
pub use streaming::{streams_requests, streams_responses};
pub use subject::{Contract, Side, Stack, Subject};
pub use transparency::is_transparent;

/// How long something that has to happen may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);
/// How long it takes to be sure that something does not happen.
const SETTLED: std::time::Duration = std::time::Duration::from_millis(100);
