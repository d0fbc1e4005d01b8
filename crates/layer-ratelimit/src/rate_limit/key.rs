//! What requests are counted by.

use std::hash::{Hash, Hasher};
use std::net::IpAddr;

use gateway_core::contract::FactFlow;
use gateway_core::expression::Expression;
use gateway_core::facts::{ClientAddr, Identity};
use http::HeaderName;
use http::request::Parts;

/// What requests are counted by: each distinct value has a limit of its own.
///
/// ```
/// use layer_ratelimit::Key;
///
/// let by_tenant = Key::Header(http::HeaderName::from_static("x-tenant"));
/// ```
#[derive(Clone, Debug)]
pub enum Key {
    /// The [`ClientAddr`]. An IPv6 client is known by its /64, the least that networks hand out to one
    /// customer (RFC 6177); by its whole address it could be 2⁶⁴ clients.
    Address,
    /// The consumer of the [`Identity`], or its subject where the credential belongs to no configured
    /// consumer.
    Consumer,
    /// All values of a header field. The client chooses them, so this limits only clients that mean well,
    /// unless something before sets the field. An empty value counts as none.
    Header(HeaderName),
    /// What an expression makes of the request. Text, a number or a boolean; anything else, an error and
    /// the empty string count as no key.
    Expression(Expression),
}

impl Key {
    /// The facts this reads.
    pub fn facts(&self) -> FactFlow {
        let flow = FactFlow::new();
        match self {
            Self::Address => flow.needs::<ClientAddr>(),
            Self::Consumer => flow.needs::<Identity>(),
            Self::Header(_) => flow,
            Self::Expression(expression) => flow.needs_all(expression.needs().iter().copied()),
        }
    }

    /// Feeds the key of a request to `hasher`; false where the request has none.
    pub(crate) fn hash_of(&self, parts: &Parts, hasher: &mut impl Hasher) -> bool {
        match self {
            Self::Address => parts
                .extensions
                .get::<ClientAddr>()
                .map(|client| hash_network(client.ip(), hasher)),
            Self::Consumer => parts
                .extensions
                .get::<Identity>()
                .map(|identity| hash_caller(identity, hasher)),
            Self::Header(name) => {
                let mut values = parts
                    .headers
                    .get_all(name)
                    .iter()
                    .filter(|value| !value.is_empty());
                values.next().map(|first| {
                    first.as_bytes().hash(hasher);
                    values.for_each(|value| value.as_bytes().hash(hasher));
                })
            }
            Self::Expression(expression) => expression
                .evaluate_string(parts)
                .inspect_err(
                    |error| tracing::debug!(%expression, %error, "a limit's key has no value"),
                )
                .ok()
                .filter(|text| !text.is_empty())
                .map(|text| text.hash(hasher)),
        }
        .is_some()
    }

    /// What a request without this key lacks, for the log.
    pub(crate) fn lack(&self) -> &'static str {
        match self {
            Self::Address => "the request carries no client address",
            Self::Consumer => "no layer before has established who is calling",
            Self::Header(_) => "the header is absent or empty",
            Self::Expression(_) => "the expression has no value for this request",
        }
    }
}

fn hash_network(address: IpAddr, hasher: &mut impl Hasher) {
    match address {
        IpAddr::V4(address) => address.octets().hash(hasher),
        IpAddr::V6(address) => (address.to_bits() >> 64).hash(hasher),
    }
}

/// A consumer and a subject of the same name are two callers; so are equal subjects of two methods.
fn hash_caller(identity: &Identity, hasher: &mut impl Hasher) {
    match identity.consumer() {
        Some(consumer) => (true, consumer).hash(hasher),
        None => (false, identity.method(), identity.subject()).hash(hasher),
    }
}
