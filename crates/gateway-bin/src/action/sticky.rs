//! What keeps a client with one destination of a split.

use std::hash::{BuildHasher, BuildHasherDefault};

use gateway_core::expression::Expression;
use gateway_core::head::cookies;
use http::{HeaderName, HeaderValue, request::Parts};
use rustc_hash::FxHasher;

/// What keeps a client with one destination: equal keys go to the same place while the weights stay.
#[derive(Clone, Debug)]
pub enum StickyKey {
    /// A cookie of this name; a client that has none gets one.
    Cookie(Box<str>),
    /// The value of a header field.
    Header(HeaderName),
    /// The value of an expression.
    Expression(Expression),
}

/// Where in the range of weights a request falls, and the cookie that makes it fall there again.
#[derive(Debug)]
pub(super) struct Position {
    pub(super) hash: u64,
    pub(super) new_cookie: Option<HeaderValue>,
}

impl StickyKey {
    /// The position of the request; random when it has no key.
    pub(super) fn position(&self, parts: &Parts) -> Position {
        let hash = match self {
            Self::Cookie(name) => match cookies::find(&parts.headers, name) {
                Some(value) => Some(hash(value.as_bytes())),
                None => return Self::first_visit(name),
            },
            Self::Header(name) => parts.headers.get(name).map(|value| hash(value.as_bytes())),
            Self::Expression(expression) => {
                let key = expression.evaluate_string(parts).ok();
                key.map(|key| hash(key.as_bytes()))
            }
        };
        Position {
            hash: hash.unwrap_or_else(|| fastrand::u64(..)),
            new_cookie: None,
        }
    }

    fn first_visit(name: &str) -> Position {
        let token = format!("{:016x}", fastrand::u64(..));
        let cookie = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax");
        Position {
            hash: hash(token.as_bytes()),
            new_cookie: HeaderValue::try_from(cookie).ok(),
        }
    }
}

/// A hash whose high bits are well mixed, since the choice is made by range.
fn hash(key: &[u8]) -> u64 {
    let hash = BuildHasherDefault::<FxHasher>::default().hash_one(key);
    hash.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32)
}
