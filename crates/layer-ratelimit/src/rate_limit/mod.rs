//! How many requests may pass in which time, by key (`type = "rate-limit"`).
//!
//! A request's head becomes a [`Bucket`] by the [`KeyReader`], the bucket is counted by a meter that holds GCRA
//! and the roster of known buckets, and the outcome is told in the response's fields.

mod bucket;
mod config;
mod fields;
mod future;
mod key;
mod key_reader;
mod layer;
mod limit;
mod meter;
mod policy;
mod rejection;
mod roster;
mod service;
mod standing;

pub use bucket::{Bucket, Fingerprint};
pub use config::{KeyConfig, RateLimitConfig};
pub use future::RateLimitFuture;
pub use key::Key;
pub use key_reader::KeyReader;
pub use layer::RateLimitLayer;
pub use meter::MAX_KEYS;
pub use policy::{OnMissingKey, Policy};
pub use rejection::{EXCEEDED, KEY_MISSING};
pub use service::RateLimitService;
pub use standing::Standing;
