//! Named callers: `[consumers.NAME]` of the file.
//!
//! [`ConsumersConfig`] is what the operator typed; [`Consumers`] is what it means. The gateway hands
//! `Consumers` to every layer as a resource, so that whichever layer recognises a credential comes to the
//! same name, groups and plan.

mod config;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod consumers;

pub use config::{ConsumerConfig, ConsumerKeyConfig, ConsumersConfig};
pub use consumers::Consumers;
