//! Clients that speak HTTP/2, on h2.
//!
//! ```text
//! serve           one connection, from the preface to its end
//! connection      its streams, its pings, what becomes of them when something is due
//! settings        what h2 is told to allow
//! deadlines       which deadline of a connection has passed
//! watched_io      when the client sends, and whether it takes what we write
//! frame_guard     what the RFC forbids and h2 lets pass or blames wrongly
//! frame_scan      how far the client has got with the frame it is sending
//! resets          whether the client begins streams only to reset them
//! stream          one request and its response
//! malformed       requests whose streams are reset
//! request         a request as the edge wants it
//! request_body    its body
//! request_pace    how slowly that comes
//! reply           the way back until the response begins
//! response_head   the head of a response, fit for HTTP/2
//! response_body   its body, sent as the client gives room
//! unread          streams that are answered while their requests still come
//! tunneling       a stream that has become a tunnel
//! tunnel_io       that stream as a stream of bytes
//! ```

mod connection;
mod deadlines;
mod frame_guard;
mod frame_scan;
mod malformed;
mod pinger;
mod reply;
mod request;
mod request_body;
mod request_pace;
mod resets;
mod response_body;
mod response_head;
mod serve;
mod settings;
mod stream;
#[cfg(test)]
mod tests;
mod tunnel_io;
mod tunneling;
mod unread;
mod watched_io;

pub(super) use serve::serve;
