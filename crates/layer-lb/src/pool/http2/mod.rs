//! Exchanges with an endpoint that speaks HTTP/2.
//!
//! The [`Http2Pool`] has as many connections as the streams in flight need. A request holds one stream of one
//! connection (`slot`); whoever finds none free waits, and somebody opens another connection for all who do. A
//! connection is driven by a task of its own (`driver`), an exchange by the task that asks for it (`exchange`,
//! `upload`); only a request whose body goes on after its response has begun gets a task for the rest. The
//! `response_body` holds the stream until it has ended. What a failure allows is decided in one place (`lost`).

mod connection;
mod driver;
mod exchange;
mod keep_alive;
mod last_words;
mod lost;
mod openings;
mod pace;
mod pool;
mod response_body;
mod slot;
mod tunnel_io;
mod upload;
mod websocket;

pub(crate) use pool::Http2Pool;
