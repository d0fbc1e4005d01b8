//! What the tests of expressions read.

use http::Request;
use http::request::Parts;
use serde_json::json;

use super::super::Expression;
use crate::facts::{ClientAddr, Identity, MatchedRoute, PathParameters, Scheme};

/// A request with everything that an expression can read.
pub(super) fn parts() -> Parts {
    let claims = json!({
        "tenant": "acme",
        "level": 3,
        "big": u64::MAX,
        "ratio": 0.5,
        "roles": ["admin", "dev"],
        "org": { "id": 7 },
        "none": null,
    });
    let identity = Identity::builder("jwt", "alice")
        .consumer("acme-inc")
        .groups(["partners", "beta"])
        .scopes(["orders:write"])
        .claims(claims.as_object().unwrap().clone())
        .build();
    let request = Request::put("/v1/orders/42?page=2&q=a+b%21&q=second")
        .header("host", "api.example.com:8443")
        .header("x-canary", "yes")
        .header("x-many", "1")
        .header("x-many", "2")
        .header("cookie", "sid=abc; theme=dark")
        .extension(ClientAddr::new([192, 0, 2, 7].into()))
        .extension(Scheme::Https)
        .extension(MatchedRoute::new(
            "orders",
            PathParameters::from_iter([("id", "42")]),
        ))
        .extension(identity);
    request.body(()).unwrap().into_parts().0
}

pub(super) fn expression(source: &str) -> Expression {
    source
        .parse()
        .unwrap_or_else(|error| panic!("{source}: {error}"))
}
