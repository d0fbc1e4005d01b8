//! How much an upstream is given to do at all: caps, the circuit breaker, adaptive concurrency, and who is turned away
//! first.

mod adaptive;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod admission;
mod breaker;
mod class;
mod class_rule;
mod refusal;
mod seat;
mod shares;
#[cfg(test)]
mod simulation;

pub(crate) use adaptive::AdaptiveRules;
pub(crate) use admission::{Admission, AdmissionRules};
pub(crate) use breaker::{BreakerRules, Phase, SlowRule};
pub use class::Class;
pub use class_rule::{ClassRule, Classes};
pub(crate) use refusal::Refusal;
pub(crate) use seat::Seat;
pub(crate) use shares::Shares;
