//! Finds the key of a request.

use std::hash::{BuildHasher, Hasher, RandomState};

use http::Request;
use http::request::Parts;
use tower_governor::GovernorError;
use tower_governor::key_extractor::KeyExtractor;

use super::{Bucket, Fingerprint, Key};

/// Finds the key of a request and makes a fingerprint of it.
///
/// It is also a [`KeyExtractor`], so that tower_governor's own layer can count by a [`Key`]. Our layer does
/// not go that way: the extractor sees a `Request<T>` of which an expression would need a copy.
///
/// ```
/// use layer_ratelimit::{Key, KeyReader};
/// use tower_governor::governor::GovernorConfigBuilder;
///
/// let config = GovernorConfigBuilder::default()
///     .key_extractor(KeyReader::new(Key::Address))
///     .finish();
/// assert!(config.is_some());
/// ```
#[derive(Clone, Debug)]
pub struct KeyReader {
    key: Key,
    hasher: RandomState,
}

impl KeyReader {
    /// A reader of `key` with a random hash of its own.
    pub fn new(key: Key) -> Self {
        Self {
            key,
            hasher: RandomState::new(),
        }
    }

    /// What this reads.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The fingerprint of a request's key, where it has one.
    pub fn read(&self, parts: &Parts) -> Option<Fingerprint> {
        let mut hasher = self.hasher.build_hasher();
        self.key
            .hash_of(parts, &mut hasher)
            .then(|| Fingerprint(hasher.finish()))
    }
}

impl KeyExtractor for KeyReader {
    type Key = Bucket;

    fn extract<T>(&self, request: &Request<T>) -> Result<Bucket, GovernorError> {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method.clone_from(request.method());
        parts.uri.clone_from(request.uri());
        parts.version = request.version();
        parts.headers.clone_from(request.headers());
        parts.extensions.clone_from(request.extensions());
        self.read(&parts)
            .map(Bucket::Own)
            .ok_or(GovernorError::UnableToExtractKey)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use gateway_core::facts::{ClientAddr, Identity};
    use http::HeaderName;

    use super::*;

    fn from(address: &str) -> Request<()> {
        let mut request = Request::new(());
        let address: IpAddr = address.parse().unwrap();
        request.extensions_mut().insert(ClientAddr::new(address));
        request
    }

    fn by(identity: Identity) -> Request<()> {
        let mut request = Request::new(());
        request.extensions_mut().insert(identity);
        request
    }

    fn with(values: &[&str]) -> Request<()> {
        let mut request = Request::new(());
        for value in values {
            request
                .headers_mut()
                .append("x-key", value.parse().unwrap());
        }
        request
    }

    fn read(reader: &KeyReader, request: Request<()>) -> Option<Fingerprint> {
        let extracted = reader.extract(&request).ok();
        let read = reader.read(&request.into_parts().0);
        assert_eq!(
            extracted,
            read.map(Bucket::Own),
            "both doors lead to the same key"
        );
        read
    }

    #[test]
    fn addresses_are_told_apart_by_network() {
        let reader = KeyReader::new(Key::Address);
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true),
            ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ] {
            let (left, right) = (read(&reader, from(one)), read(&reader, from(other)));
            assert!(left.is_some());
            assert_eq!(left == right, same, "{one} and {other}");
        }
        assert_eq!(read(&reader, Request::new(())), None);
    }

    #[test]
    fn callers_are_told_apart_by_consumer_then_by_subject() {
        let reader = KeyReader::new(Key::Consumer);
        let acme = |label| by(Identity::builder("api-key", label).consumer("acme").build());
        let subject = |method, subject| by(Identity::builder(method, subject).build());
        assert!(read(&reader, acme("ci")).is_some());
        assert_eq!(read(&reader, acme("ci")), read(&reader, acme("web")));
        assert_ne!(
            read(&reader, acme("ci")),
            read(&reader, subject("jwt", "acme"))
        );
        assert_ne!(
            read(&reader, subject("jwt", "x")),
            read(&reader, subject("jwt", "y"))
        );
        assert_ne!(
            read(&reader, subject("jwt", "x")),
            read(&reader, subject("mtls", "x"))
        );
        assert_eq!(read(&reader, Request::new(())), None);
    }

    #[test]
    fn all_lines_of_a_header_count() {
        let reader = KeyReader::new(Key::Header(HeaderName::from_static("x-key")));
        assert_eq!(read(&reader, with(&["a"])), read(&reader, with(&["a"])));
        assert_ne!(
            read(&reader, with(&["a"])),
            read(&reader, with(&["a", "b"]))
        );
        assert_ne!(
            read(&reader, with(&["ab", "c"])),
            read(&reader, with(&["a", "bc"]))
        );
        assert_eq!(read(&reader, with(&[])), None);
        assert_eq!(read(&reader, with(&[""])), None);
    }

    #[test]
    fn each_reader_has_a_hash_of_its_own() {
        let (one, other) = (KeyReader::new(Key::Address), KeyReader::new(Key::Address));
        assert_ne!(
            read(&one, from("192.0.2.1")),
            read(&other, from("192.0.2.1"))
        );
    }
}
