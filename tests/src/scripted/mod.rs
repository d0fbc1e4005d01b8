//! An upstream as a process of its own, the program `scripted-upstream`: quick, for thousands of requests a
//! second beside a gateway and its clients; it may be killed, started again, stopped and continued; it changes
//! its [`Mood`] when told; and what it has done stands in a [`Journal`], a file that outlives it.
//!
//! It speaks HTTP/1.1 and HTTP/2 in the clear, told apart by their first bytes.

mod arguments;
mod control;
mod http1;
mod http2;
mod journal;
mod mood;
mod serve;
mod upstream;

pub use arguments::Arguments;
pub use journal::{Deed, Entry, Journal};
pub use mood::Mood;
pub use serve::serve;

/// The path that health checks ask for. They are noted apart, for they are no load.
pub const CHECK_PATH: &str = "/healthz";

/// The field that names what must not be done twice: a number.
pub const NONCE: &str = "x-nonce";

/// The body of every good answer.
pub const BODY: &[u8] = &[b'x'; 1024];
