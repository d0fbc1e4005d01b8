//! What endpoints are chosen by.

use std::net::IpAddr;

use gateway_core::contract::FactFlow;
use gateway_core::expression::Expression;
use gateway_core::facts::{ClientAddr, Identity};
use gateway_core::head::{cookies, query};
use http::{HeaderName, Request};

use super::stable_hash::StableHash;

/// What endpoints are chosen by: requests of the same key go to the same endpoint.
///
/// ```
/// use layer_lb::balance::HashKey;
///
/// let by_user = HashKey::Header(http::HeaderName::from_static("x-user"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HashKey {
    /// The [`ClientAddr`]; of an IPv6 address the first 64 bits, which are what one customer has (RFC 6177).
    Address,
    /// The consumer of the [`Identity`], or its subject where the credential belongs to no configured consumer.
    Consumer,
    /// All values of a header field. An empty one counts as none.
    Header(HeaderName),
    /// A cookie.
    Cookie(Box<str>),
    /// A parameter of the query, decoded; the first, where it repeats.
    Query(Box<str>),
    /// What an expression makes of the request. Text, a number or a boolean; anything else, an error and the empty
    /// string count as no key.
    Expression(Expression),
}

impl HashKey {
    /// The facts this reads.
    pub(super) fn facts(&self) -> FactFlow {
        let flow = FactFlow::new();
        match self {
            Self::Address => flow.needs::<ClientAddr>(),
            Self::Consumer => flow.needs::<Identity>(),
            Self::Header(_) | Self::Cookie(_) | Self::Query(_) => flow,
            Self::Expression(expression) => flow.needs_all(expression.needs().iter().copied()),
        }
    }

    /// The hash of the key of `request`, if it has one.
    pub(super) fn hash<B: Default>(&self, request: &mut Request<B>) -> Option<u64> {
        let hash = StableHash::new();
        let hash = match self {
            Self::Address => {
                let address: &ClientAddr = request.extensions().get()?;
                match address.ip() {
                    IpAddr::V4(address) => hash.part(&address.octets()),
                    IpAddr::V6(address) => hash.part(&address.octets()[..8]),
                }
            }
            Self::Consumer => {
                let identity: &Identity = request.extensions().get()?;
                match identity.consumer() {
                    Some(consumer) => hash.part(consumer.as_bytes()),
                    None => hash
                        .part(identity.method().as_bytes())
                        .part(identity.subject().as_bytes()),
                }
            }
            Self::Header(name) => {
                let values = request.headers().get_all(name).iter();
                let mut values = values.filter(|value| !value.is_empty()).peekable();
                values.peek()?;
                values.fold(hash, |hash, value| hash.part(value.as_bytes()))
            }
            Self::Cookie(name) => {
                let value = cookies::find(request.headers(), name);
                hash.part(value.filter(|value| !value.is_empty())?.as_bytes())
            }
            Self::Query(name) => {
                let mut pairs = query::pairs(request.uri().query()?);
                let (_, value) = pairs.find(|(found, _)| *found == **name)?;
                (!value.is_empty()).then(|| hash.part(value.as_bytes()))?
            }
            Self::Expression(expression) => hash.part(value(expression, request)?.as_bytes()),
        };
        Some(hash.finish())
    }
}

/// The value of `expression`, which looks at a head; `request` is taken apart for it and put together again.
fn value<B: Default>(expression: &Expression, request: &mut Request<B>) -> Option<String> {
    let (parts, body) = std::mem::take(request).into_parts();
    let value = expression.evaluate_string(&parts);
    *request = Request::from_parts(parts, body);
    let told = |error: &_| tracing::debug!(%expression, %error, "a hash's key has no value");
    value.inspect_err(told).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(key: &HashKey, mut request: Request<()>) -> Option<u64> {
        key.hash(&mut request)
    }

    fn get(uri: &str, fields: &[(&str, &str)]) -> Request<()> {
        let request = Request::get(uri);
        let with = |request: http::request::Builder, field: &(&str, &str)| {
            request.header(field.0, field.1)
        };
        fields.iter().fold(request, with).body(()).unwrap()
    }

    fn carrying(fact: impl Clone + Send + Sync + 'static) -> Request<()> {
        let mut request = get("/", &[]);
        request.extensions_mut().insert(fact);
        request
    }

    #[test]
    fn what_stands_in_the_head() {
        let expression = "request.path + request.headers['x-user']".parse().unwrap();
        for (key, same, other, none) in [
            (
                HashKey::Header(HeaderName::from_static("x-user")),
                get("/", &[("x-user", "ada")]),
                get("/", &[("x-user", "bob")]),
                get("/", &[("x-user", "")]),
            ),
            (
                HashKey::Cookie("user".into()),
                get("/", &[("cookie", "a=b; user=ada")]),
                get("/", &[("cookie", "user=bob")]),
                get("/", &[("cookie", "usr=ada")]),
            ),
            (
                HashKey::Query("user".into()),
                get("/?a=b&user=ad%61", &[]),
                get("/?user=bob", &[]),
                get("/?user=", &[]),
            ),
            (
                HashKey::Expression(expression),
                get("/", &[("x-user", "ada")]),
                get("/ada", &[("x-user", "ada")]),
                get("/", &[]),
            ),
        ] {
            let found = hash(&key, same.clone());
            assert!(found.is_some(), "{key:?}");
            assert_eq!(hash(&key, same), found);
            assert!(
                hash(&key, other).is_some_and(|other| Some(other) != found),
                "{key:?}"
            );
            assert_eq!(hash(&key, none), None, "{key:?}");
        }
    }

    #[test]
    fn who_is_calling() {
        let from = |address: &str| {
            let address = ClientAddr::new(address.parse().unwrap());
            hash(&HashKey::Address, carrying(address))
        };
        assert_eq!(from("192.0.2.1"), from("::ffff:192.0.2.1"));
        assert_ne!(from("192.0.2.1"), from("192.0.2.2"));
        assert_eq!(from("2001:db8::1"), from("2001:db8::2"));
        assert_eq!(hash(&HashKey::Address, get("/", &[])), None);

        let by = |subject, consumer: Option<&str>| {
            let identity = Identity::builder("api-key", subject);
            let identity = match consumer {
                Some(consumer) => identity.consumer(consumer).build(),
                None => identity.build(),
            };
            hash(&HashKey::Consumer, carrying(identity))
        };
        assert_eq!(by("ci", Some("acme")), by("web", Some("acme")));
        assert_ne!(by("ci", None), by("web", None));
        assert_ne!(by("acme", None), by("x", Some("acme")));
        assert_eq!(hash(&HashKey::Consumer, get("/", &[])), None);
    }

    #[test]
    fn an_expression_leaves_the_request_as_it_was() {
        let key = HashKey::Expression("request.method".parse().unwrap());
        let mut request = Request::post("/orders")
            .header("a", "b")
            .body(String::from("x"))
            .unwrap();
        assert!(key.hash(&mut request).is_some());
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            ("POST", "/orders")
        );
        assert_eq!((request.headers().len(), request.body().as_str()), (1, "x"));
    }
}
