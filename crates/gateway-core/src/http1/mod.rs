//! HTTP/1.1 as bytes (RFC 9112): pure functions between buffers and messages, for both sides of the gateway.
//!
//! [`HeadReader`] takes heads off the front of a buffer, [`BodyDecoder`] what follows them; the `write_`
//! functions put both into one. Nothing here waits or opens a socket, and all of it is strict: what two
//! recipients could read in two ways is refused, for both directions alike.

mod body_decoder;
mod body_length;
mod chunk_decoder;
mod fault;
mod fields;
mod head_bounds;
mod head_reader;
mod persistence;
mod request_head;
mod response_head;
mod section;
mod usual_name;
mod version;
mod write_chunk;
mod write_head;

pub use body_decoder::{BodyDecoder, Decoded};
pub use body_length::BodyLength;
pub use fault::{BodyFault, RequestFault, ResponseFault};
pub use head_bounds::HeadBounds;
pub use head_reader::HeadReader;
pub use request_head::RequestHead;
pub use response_head::ResponseHead;
pub use write_chunk::{write_chunk_end, write_chunk_head, write_last_chunk};
pub use write_head::{write_request, write_response};
