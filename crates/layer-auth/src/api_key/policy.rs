//! The decision of the layer.

use std::sync::Arc;

use gateway_core::facts::Identity;
use gateway_core::rejection::Rejection;
use http::request::Parts;

use super::{ApiKeys, CredentialSource, rejection};

/// The longest key that is looked at, in bytes: whoever sends more must not make us hash it.
const LONGEST: usize = 1024;

/// Where keys stand and which there are.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) source: CredentialSource,
    pub(super) keys: Arc<ApiKeys>,
}

impl Policy {
    /// Whose key the request has.
    pub(super) fn decide(&self, parts: &Parts) -> Result<Identity, Rejection> {
        let key = self.source.read(parts)?;
        if key.len() > LONGEST {
            return Err(rejection::invalid("the key is longer than 1 KiB"));
        }
        let identity = self.keys.identify(&key);
        identity
            .cloned()
            .ok_or_else(|| rejection::invalid("nobody has this key"))
    }

    /// Lets the request pass as that of `identity`: without the key, with the fact.
    pub(super) fn admit(&self, parts: &mut Parts, identity: Identity) {
        self.source.cut(parts);
        parts.extensions.insert(identity);
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::crypto::hash_key;

    fn policy(source: CredentialSource) -> Policy {
        let ci = Identity::builder("api-key", "ci").build();
        let keys = [
            "good",
            "a b",
            &"a".repeat(LONGEST),
            &"a".repeat(LONGEST + 1),
        ];
        let keys = keys.iter().fold(ApiKeys::new(), |keys, key| {
            keys.with(hash_key(key.as_bytes()), ci.clone())
        });
        Policy {
            source,
            keys: Arc::new(keys),
        }
    }

    /// The subject of the identity, or the code of the refusal.
    fn decide(policy: &Policy, uri: &str, fields: &[(&str, &str)]) -> String {
        let request = Request::get(uri);
        let request = fields.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let (parts, ()) = request.body(()).unwrap().into_parts();
        match policy.decide(&parts) {
            Ok(identity) => identity.subject().to_owned(),
            Err(rejection) => format!("{} {}", rejection.status().as_u16(), rejection.code()),
        }
    }

    const MISSING: &str = "401 auth/credential-missing";
    const INVALID: &str = "401 auth/credential-invalid";
    const AMBIGUOUS: &str = "400 auth/credential-ambiguous";

    #[test]
    fn keys_in_a_header() {
        let policy = policy(CredentialSource::default());
        let (longest, longer) = ("a".repeat(LONGEST), "a".repeat(LONGEST + 1));
        for (fields, decision) in [
            (&[("x-api-key", "good")][..], "ci"),
            (&[("x-api-key", &longest)], "ci"),
            (&[("x-api-key", &longer)], INVALID),
            (&[("x-api-key", "Good")], INVALID),
            (&[("x-api-key", "good, good")], INVALID),
            (&[("x-api-key", "")], MISSING),
            (&[("authorization", "good")], MISSING),
            (&[("x-api-key", "good"), ("X-API-Key", "good")], AMBIGUOUS),
            (&[("x-api-key", "good"), ("x-api-key", "")], AMBIGUOUS),
        ] {
            assert_eq!(decide(&policy, "/?x-api-key=good", fields), decision);
        }
    }

    #[test]
    fn keys_in_the_query() {
        let policy = policy(CredentialSource::Query("key".into()));
        for (uri, decision) in [
            ("/?key=good", "ci"),
            ("/?a&key=a+b", "ci"),
            ("/?k%65y=a%20b", "ci"),
            ("/?key=bad", INVALID),
            ("/", MISSING),
            ("/?key", MISSING),
            ("/?key=good&k%65y=good", AMBIGUOUS),
        ] {
            assert_eq!(decide(&policy, uri, &[("key", "good")]), decision, "{uri}");
        }
    }

    #[test]
    fn keys_in_a_cookie() {
        let policy = policy(CredentialSource::Cookie("key".into()));
        for (cookies, decision) in [
            (&[("cookie", "a=1; key=good")][..], "ci"),
            (&[("cookie", "a=1"), ("cookie", "key=good")], "ci"),
            (&[("cookie", "key=bad")], INVALID),
            (&[("cookie", "key=")], MISSING),
            (&[("key", "good")], MISSING),
            (&[("cookie", "key=good; key=good")], AMBIGUOUS),
            (&[("cookie", "key=good"), ("cookie", "key=bad")], AMBIGUOUS),
        ] {
            assert_eq!(
                decide(&policy, "/?key=good", cookies),
                decision,
                "{cookies:?}"
            );
        }
    }

    #[test]
    fn a_refusal_says_nothing_of_the_key() {
        let policy = policy(CredentialSource::default());
        let request = Request::get("/")
            .header("x-api-key", "hunter2")
            .body(())
            .unwrap();
        let rejection = policy.decide(&request.into_parts().0).unwrap_err();
        assert!(!format!("{rejection:?}").contains("hunter2"));
    }
}
