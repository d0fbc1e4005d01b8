//! How fast an upstream answers.

mod buckets;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod latency;

pub(crate) use latency::Latency;
