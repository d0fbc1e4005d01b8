//! A service behind the gateway.

mod members;
mod membership;
mod requests;
mod shared;
mod slow_start;
mod tasks;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod upstream;
mod weak;

pub use upstream::Upstream;
pub(crate) use weak::WeakUpstream;
