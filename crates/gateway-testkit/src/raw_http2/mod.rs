//! HTTP/2 as bytes, for what no library would send or show: a [`RawHttp2`] is a client that sends the
//! [`Frame`]s a test makes, in any order and however wrong, with heads written by [`hpack`].

mod connection;
mod ending;
mod frame;
pub mod hpack;
mod receiver;

pub use connection::{PREFACE, RawHttp2};
pub use ending::Ending;
pub use frame::{Frame, error_code, flag, kind, setting};
