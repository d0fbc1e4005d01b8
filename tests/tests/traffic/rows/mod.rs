//! What must hold on every way through the gateway, sent by the byte: one rule a test, in the order of
//! `docs/wire-tests.md`, and for each what the upstream saw or the counter says.

mod addresses;
mod asking;
mod bodies;
mod bodiless;
mod connection_fields;
mod counted;
mod early;
mod endpoints;
mod heads;
mod interim;
mod last_fields;
mod malformed_responses;
mod replays;
mod sizes;
mod stream;
mod waits;
