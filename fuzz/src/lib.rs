//! What is fed with hostile bytes.
//!
//! Each function takes any bytes and panics where a promise about them is broken. `cargo xtask fuzz` runs
//! them under a fuzzer, and a plain test feeds them what is in `seeds`: examples to begin with, and every
//! input that once broke a promise.

mod canonical_path;
mod chunked;
mod config;
mod forwarded;
mod head;
mod response_head;
mod strict_lines;

pub use canonical_path::canonical_path;
pub use chunked::chunked;
pub use config::config;
pub use forwarded::forwarded;
pub use head::head;
pub use response_head::response_head;
