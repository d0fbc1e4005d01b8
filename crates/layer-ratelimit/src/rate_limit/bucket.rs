//! What requests are counted in.

/// What a request is counted in; the key type of the underlying limiter.
///
/// All variants are small and of one size, so the memory of a key does not depend on what a client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// The bucket of one key.
    Own(Fingerprint),
    /// The one bucket of all requests without a key, under [`OnMissingKey::Shared`](crate::OnMissingKey).
    Keyless,
    /// The one bucket of all keys that came when there was no room for another: see
    /// [`MAX_KEYS`](crate::MAX_KEYS).
    Overflow,
}

/// A keyed hash of what a request is counted by, such as an address; made by a
/// [`KeyReader`](crate::KeyReader).
///
/// Of 64 bits: among 100,000 keys the chance that any two share a fingerprint is below 10⁻⁹, and since each
/// reader hashes under a random key of its own, nobody can look for two that do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub(crate) u64);
