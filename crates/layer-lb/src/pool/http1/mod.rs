//! HTTP/1.1 to an endpoint, by our own client.
//!
//! No task drives a connection: whoever waits for a response, and then whoever reads its body, polls the socket.
//! [`Http1Pool`] lends a [`connection`] for one [`exchange`] at a time, which writes the head and the body
//! ([`upload`], through the [`outbox`]) while it awaits the head of the response. The [`response_body`] holds the
//! connection (`lease`) until it has ended, and sends what is left of the request meanwhile. Then the connection
//! is [`idle`] until the next request takes it; how long one must have been so for a request that must not be
//! handled twice is a matter of [`trust`].

mod connection;
mod exchange;
mod idle;
mod keep_alive_hint;
mod lease;
mod outbox;
mod pool;
mod response_body;
mod trust;
mod tunnel_io;
mod upload;

pub(crate) use pool::Http1Pool;
