//! Clients of many kinds against the server, over a pipe and in paused time.

mod abuse;
mod ending;
mod exchange;
mod harness;
mod intake;
mod interim;
mod tunnel;
mod waiting;
