//! Upstreams that do what a test says.
//!
//! - [`Upstream`] speaks HTTP/1.1 and HTTP/2 on one port, answers as a [`Respond`] says (an `async` closure or
//!   one from [`respond`]) and remembers every request as a [`RecordedRequest`].
//! - [`RawUpstream`] speaks by the byte: any `async` closure over a connection, or a [`Misbehaviour`].

mod misbehaviour;
mod raw_upstream;
mod recorded_request;
mod recorder;
pub mod respond;
mod server;

pub use misbehaviour::Misbehaviour;
pub use raw_upstream::RawUpstream;
pub use recorded_request::{BodyProgress, RecordedRequest};
pub use respond::Respond;
pub use server::Upstream;
