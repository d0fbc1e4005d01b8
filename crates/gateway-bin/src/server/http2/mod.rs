//! Clients that speak HTTP/2, on h2.
//!
//! ```text
//! serve         one connection, from the preface to its end
//! connection    its streams, its pings, what becomes of them when something is due
//! settings      what h2 is told to allow
//! deadlines     which deadline of a connection has passed
//! pinger        asking a silent client whether it is still there
//! watched_io    the socket, which notes what passes
//! watch         when the client sends, whether it takes what we write, and why nothing is read
//! frames        how far the client has got with the frame it is sending, and what the RFC forbids
//! resets        whether the client begins streams only to reset them
//!
//! stream        one request and its answer
//! stream_end    how that has ended
//! malformed     requests whose streams are reset
//! request       a request as the edge wants it
//! intake        what comes on its stream, small frames gathered
//! request_body  its body
//! request_pace  how slowly that comes
//! reply         the way back until the answer begins: interim answers too
//! answer_head   the head of an answer, fit for HTTP/2
//! answer_body   its body, sent as the client gives room
//! unread        streams that are answered while their requests still come
//! tunneling     a stream that has become a tunnel
//! tunnel_io     that stream as a stream of bytes
//! ```

mod answer_body;
mod answer_head;
mod connection;
mod deadlines;
mod frames;
mod intake;
mod malformed;
mod pinger;
mod reply;
mod request;
mod request_body;
mod request_pace;
mod resets;
mod serve;
mod settings;
mod stream;
mod stream_end;
#[cfg(test)]
mod tests;
mod tunnel_io;
mod tunneling;
mod unread;
mod watch;
mod watched_io;

pub(super) use serve::serve;
