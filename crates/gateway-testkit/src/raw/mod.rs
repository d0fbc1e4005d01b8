//! HTTP/1 as bytes, for what no library would send or show: a [`RawConnection`] is either end of a TCP
//! connection, a [`RawHead`] and a [`RawMessage`] what came over it, in the order and case it came.

mod body;
mod connection;
mod framing;
mod head;
mod message;
mod socket;

pub use connection::RawConnection;
pub use head::RawHead;
pub use message::RawMessage;
