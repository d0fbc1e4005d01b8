//! Balancing by numbers: endpoints, clients and time are simulated, with a fixed seed and without a clock, so that each
//! run is the same.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails a test")]

mod allocations;
mod hashing;
mod one_is_slow;
mod retries;
mod tiers;
mod weights;
mod world;
