//! How credentials are stored and compared. All cryptography of the project comes from `aws-lc-rs`.

mod key_hash;

pub use key_hash::{KeyHash, hash_key};
