//! What would become of a request: told offline, by running the real checks, the real router and the real
//! layers over it, with a recorder in the place of the upstream.

mod case;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main function"
)]
mod explain;
mod probe;
mod recorder;
mod rehearsal;
mod report;
mod text;

pub use case::Case;
pub use explain::explain;
pub use report::{Fate, LayerReport, LostRoute, Refusal, Report, RouteReport, SentRequest};
