//! Adaptive concurrency: how many requests an upstream can take at once is found out from how long they take.

#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod adaptive;
mod gradient;
mod rules;
mod samples;

pub(crate) use adaptive::Adaptive;
pub(crate) use rules::AdaptiveRules;
