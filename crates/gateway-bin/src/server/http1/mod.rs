//! HTTP/1.1 clients, served on the codec of [`gateway_core::http1`].
//!
//! A connection is one future: it reads a head, has the request answered, writes the answer, and goes on with the
//! next or closes. There is no task and no timer of a request's own.
//!
//! ```text
//! serve         the loop of a connection
//! connection    what it keeps from request to request
//! next_head     the head of the next request, or why there is none
//! exchange      one request, until its answer is written
//! asked         what a request's head says that its answer depends on
//! waiting       until the stack has an answer
//! answer_head   how an answer is framed, and the fields that say so
//! answer_body   the frames of an answer's body, as bytes
//! sending       writing an answer as the client takes it
//! leftover      a request's body that nobody has read
//! end           how a connection comes to its end
//! farewell      what is done then
//!
//! wire          the socket, shared by the loop and the body of the request
//! client_io     what that socket must be able to do
//! incoming      what of a request's body has come, and who reads it
//! request_body  that body, as the stack sees it
//! output        bytes on their way to the socket
//! interim       `103` answers, from the stack to the loop
//! ```

mod answer_body;
mod answer_head;
mod asked;
mod client_io;
mod connection;
mod end;
mod exchange;
mod farewell;
mod incoming;
mod interim;
mod leftover;
mod next_head;
mod output;
mod request_body;
mod sending;
mod serve;
#[cfg(test)]
mod tests;
mod waiting;
mod wire;

pub(super) use serve::serve;
