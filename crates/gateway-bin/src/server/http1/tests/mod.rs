//! Connections byte by byte, on a clock that stands still.

mod answers;
mod bodies;
mod client;
mod costs;
mod ends;
mod heads;
mod interim;
mod socket;
