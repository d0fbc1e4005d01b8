//! Requests through the gateway and responses back, over each protocol on each side.

mod backpressure;
mod cancellation;
mod cut_short;
mod duplex;
mod failures;
mod forwarded;
mod hop_by_hop;
mod messages;
mod responses;
