//! Which keys there are and whom they stand for.

use gateway_core::config::{ConfigError, Located, Span};
use gateway_core::facts::Identity;
use rustc_hash::FxHashMap;

use crate::crypto::{KeyHash, hash_key};

/// API keys by their hashes, each with the caller it stands for.
///
/// ```
/// use layer_auth::{ApiKeys, Identity, hash_key};
///
/// let acme = Identity::builder("api-key", "ci").consumer("acme").build();
/// let keys = ApiKeys::new().with(hash_key(b"test"), acme);
/// assert_eq!(keys.identify(b"test").and_then(Identity::consumer), Some("acme"));
/// assert!(keys.identify(b"guess").is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct ApiKeys(FxHashMap<KeyHash, Located<Identity>>);

impl ApiKeys {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the key that has `hash`, in the place of an equal one.
    #[must_use]
    pub fn with(mut self, hash: KeyHash, identity: Identity) -> Self {
        self.0.insert(hash, identity.into());
        self
    }

    /// Adds a key that was read from a file.
    pub(crate) fn add(
        &mut self,
        hash: Located<KeyHash>,
        identity: Identity,
    ) -> Result<(), ConfigError> {
        let span = hash.span();
        let identity = Located::new(identity, span);
        match self.0.insert(hash.into_inner(), identity) {
            None => Ok(()),
            Some(other) => Err(given_twice(other.span(), span)),
        }
    }

    /// Whom `key`, as its owner sent it, stands for.
    ///
    /// The look-up compares hashes and needs no constant-time care. Its timing can tell at most how far the
    /// hash of a guess agrees with a stored one; from there to a key that works, a caller would have to find
    /// a preimage under SHA-256. Nor does the map need a keyed hash: callers cannot add to it.
    pub fn identify(&self, key: &[u8]) -> Option<&Identity> {
        self.0.get(&hash_key(key)).map(|identity| &**identity)
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn given_twice(one: Span, other: Span) -> ConfigError {
    let (first, again) = if one.start <= other.start {
        (one, other)
    } else {
        (other, one)
    };
    ConfigError::new("a key is given twice")
        .at(again)
        .label("given again here")
        .related(first, "first given here")
        .help("a key stands for one caller: keep one of the two, or mint another key")
}
