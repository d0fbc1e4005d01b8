//! What the gateway counts, as Prometheus reads it.
//!
//! Counters belong to what they count (a listener, an upstream, the edge) and are plain atomics there. Here
//! they are only read, when somebody asks.

mod family;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod metrics;
mod sources;

pub use metrics::Metrics;
