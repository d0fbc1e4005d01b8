//! Looking up the variables of an expression in a request.

use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use http::HeaderValue;
use http::header::COOKIE;
use http::request::Parts;

use super::json;
use super::lazy_map::{LazyMap, Source, string};
use super::patterns::{self, Pattern};
use super::vocabulary::Namespace;
use crate::facts::{ClientAddr, Identity, MatchedRoute, Scheme};
use crate::head::Authority;

/// The most parameters of a query, or cookies, that an expression looks through; more are as good as none,
/// which makes an expression that reads them fail.
const MOST_PAIRS: usize = 256;

/// The variables of an expression, looked up in a request when they are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variables<'a> {
    pub(super) parts: &'a Parts,
    pub(super) patterns: &'a [Pattern],
}

impl<'a> Variables<'a> {
    /// The value of a member, where the request has one.
    pub(super) fn member(self, namespace: Namespace, member: &str) -> Option<Box<dyn Val + 'a>> {
        match namespace {
            Namespace::Request => self.request(member),
            Namespace::Client if member == "address" => {
                let client = self.parts.extensions.get::<ClientAddr>()?;
                Some(string(client.ip().to_string()))
            }
            Namespace::Route if member == "name" => Some(string(self.route()?.name())),
            Namespace::Path => self.route()?.parameters().get(member).map(string),
            Namespace::Identity => self.identity(member),
            Namespace::Client | Namespace::Route => None,
        }
    }

    fn request(self, member: &str) -> Option<Box<dyn Val + 'a>> {
        let parts = self.parts;
        Some(match member {
            "method" => string(parts.method.as_str()),
            "path" => string(parts.uri.path()),
            "host" => match parts.extensions.get::<Authority>() {
                Some(authority) => string(authority.host()),
                None => string(Authority::of(parts)?.host().to_owned()),
            },
            "scheme" => match parts.extensions.get::<Scheme>() {
                Some(scheme) => string(scheme.as_str()),
                None => string(parts.uri.scheme_str()?),
            },
            "headers" => map(Source::Headers(&parts.headers)),
            "query" => {
                let query = parts.uri.query().unwrap_or_default();
                let pairs = query.bytes().filter(|&b| b == b'&').count();
                (pairs < MOST_PAIRS).then(|| map(Source::Query(query)))?
            }
            "cookies" => {
                let lines = parts.headers.get_all(COOKIE).iter();
                let pairs = lines
                    .flat_map(HeaderValue::as_bytes)
                    .filter(|&&b| b == b';')
                    .count();
                (pairs < MOST_PAIRS).then(|| map(Source::Cookies(&parts.headers)))?
            }
            _ => return None,
        })
    }

    fn identity(self, member: &str) -> Option<Box<dyn Val + 'a>> {
        let identity = self.parts.extensions.get::<Identity>()?;
        Some(match member {
            "subject" => string(identity.subject()),
            "consumer" => string(identity.consumer()?),
            "groups" => json::strings(identity.groups()),
            "scopes" => json::strings(identity.scopes()),
            "claims" => map(Source::Claims(identity.claims())),
            "method" => string(identity.method()),
            _ => return None,
        })
    }

    fn route(self) -> Option<&'a MatchedRoute> {
        self.parts.extensions.get()
    }

    fn variable(self, namespace: Namespace) -> Box<dyn Val + 'a> {
        map(match (namespace, self.route()) {
            (Namespace::Path, Some(route)) => Source::Parameters(route.parameters()),
            _ => Source::Members(namespace, self),
        })
    }
}

impl VariableResolver for Variables<'_> {
    /// The interpreter asks for `request.method` first and for `request` only when that is nothing.
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        if let Some(index) = name.strip_prefix(patterns::VARIABLE) {
            let pattern = self.patterns.get(index.parse::<usize>().ok()?)?;
            return Some(CowVal::Borrowed(pattern));
        }
        let value = match name.split_once('.') {
            Some((namespace, member)) => self.member(Namespace::from_name(namespace)?, member),
            None => Some(self.variable(Namespace::from_name(name)?)),
        };
        value.map(CowVal::Owned)
    }
}

fn map(source: Source<'_>) -> Box<dyn Val + '_> {
    Box::new(LazyMap::new(source))
}
