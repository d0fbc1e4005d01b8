//! What a route does with a request once its layers have let it pass: the innermost services.
//!
//! ```text
//! forward   to one upstream, with path and host rewritten
//! finish    what clients leave behind, where the route says so
//! split     over several forwards, by weight, sticky when asked
//! mirror    a copy of the request beside the forward, never in its way
//! redirect  an answer that points elsewhere
//! respond   an answer from the file
//! ```
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod action;
mod finish;
mod forward;
mod lag;
mod mirror;
mod redirect;
mod redirect_target;
mod respond;
mod rewrite;
mod split;
mod sticky;
mod target_path;
mod target_template;
mod tee;

pub use action::{Action, Destination, Terms, Transport};
pub use finish::Finish;
pub use forward::Forward;
pub use mirror::Mirror;
pub use redirect::Redirect;
pub use redirect_target::RedirectTarget;
pub use respond::Respond;
pub use rewrite::{HostRewrite, PathRewrite, Rewrite};
pub use split::Split;
pub use sticky::StickyKey;
pub use target_template::TargetTemplate;
