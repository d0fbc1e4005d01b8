//! The circuit breaker: an upstream that mostly fails, or mostly answers too late, is left alone for a while.

#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod breaker;
mod machine;
mod ramp;
mod rules;
mod tally;
mod window;

pub(crate) use breaker::Breaker;
pub(crate) use machine::{Change, Phase};
pub(crate) use rules::{BreakerRules, SlowRule};
