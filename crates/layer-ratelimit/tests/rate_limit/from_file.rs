//! The layer as the gateway's file makes it.

use std::convert::Infallible;
use std::future::ready;
use std::net::Ipv4Addr;

use axum::body::Body;
use gateway_core::contract::{Mode, Request, Response, RouteService};
use gateway_core::facts::{ClientAddr, FactId, Identity, Observations};
use http::StatusCode;
use layer_ratelimit::EXCEEDED;

use crate::support::build;

fn stack(lines: &str, mode: Mode) -> RouteService {
    let hello = tower::service_fn(|_: Request| ready(Ok::<_, Infallible>(Response::default())));
    build(lines, mode).unwrap().wrap(RouteService::new(hello))
}

async fn ask(stack: &RouteService, change: impl FnOnce(&mut Request)) -> Response {
    let mut request = Request::new(Body::empty());
    let address = ClientAddr::new(Ipv4Addr::LOCALHOST.into());
    request.extensions_mut().insert(address);
    change(&mut request);
    match stack.respond(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[tokio::test]
async fn burst_name_and_default_key() {
    let stack = stack("rate = '100/h'\nburst = 1", Mode::Enforce);
    let passed = ask(&stack, |_| {}).await;
    assert_eq!(
        passed.headers()["ratelimit-policy"],
        "\"fair-use\";q=100;w=3600"
    );
    assert_eq!(passed.headers()["ratelimit"], "\"fair-use\";r=0;t=36");
    assert_eq!(
        ask(&stack, |_| {}).await.status(),
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn an_expression_as_key() {
    let stack = stack(
        "rate = '1/h'\nkey = { cel = 'request.method + request.headers[\"x-a\"]' }",
        Mode::Enforce,
    );
    let with = |value: &'static str| {
        move |request: &mut Request| {
            request.headers_mut().insert("x-a", value.parse().unwrap());
        }
    };
    assert_eq!(ask(&stack, with("1")).await.status(), StatusCode::OK);
    assert_eq!(ask(&stack, with("2")).await.status(), StatusCode::OK);
    assert_eq!(
        ask(&stack, with("1")).await.status(),
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(
        ask(&stack, |_| {}).await.status(),
        StatusCode::BAD_REQUEST,
        "no value, no key"
    );
}

#[tokio::test]
async fn in_observe_mode_it_only_notes() {
    let stack = stack("rate = '1/h'", Mode::Observe);
    assert!(
        ask(&stack, |_| {})
            .await
            .extensions()
            .get::<Observations>()
            .is_none()
    );
    let response = ask(&stack, |_| {}).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().is_empty());
    let observations = response.extensions().get::<Observations>().unwrap();
    let codes: Vec<_> = observations
        .iter()
        .map(|observation| observation.rejection.as_ref().unwrap().code())
        .collect();
    assert_eq!(codes, [EXCEEDED]);
}

#[test]
fn each_key_needs_its_facts() {
    let address = [FactId::of::<ClientAddr>()];
    for (key, missing) in [
        ("'address'", vec![]),
        ("'consumer'", vec!["identity"]),
        ("{ header = 'x-key' }", vec![]),
        (
            "{ cel = 'identity.subject + route.name' }",
            vec!["identity", "matched-route"],
        ),
    ] {
        let layer = build(&format!("rate = '1/s'\nkey = {key}"), Mode::Enforce).unwrap();
        let mut found: Vec<_> = layer.facts().missing(&address).map(FactId::name).collect();
        found.sort_unstable();
        assert_eq!(found, missing, "{key}");
    }
    let layer = build("rate = '1/s'\nkey = 'consumer'", Mode::Enforce).unwrap();
    assert_eq!(
        layer.facts().missing(&[FactId::of::<Identity>()]).count(),
        0
    );
}

#[test]
fn the_schema_describes_every_key() {
    let schema = schemars::schema_for!(layer_ratelimit::RateLimitConfig);
    let properties = schema
        .get("properties")
        .and_then(|properties| properties.as_object())
        .unwrap();
    for key in ["rate", "burst", "key", "on-missing-key"] {
        assert!(properties.contains_key(key), "{key}");
    }
    assert_eq!(schema.get("additionalProperties"), Some(&false.into()));
}
