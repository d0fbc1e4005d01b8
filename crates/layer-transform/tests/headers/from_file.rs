//! The layer as the gateway's file makes it.

use std::convert::Infallible;
use std::future::ready;

use axum::body::Body;
use gateway_core::config::{ConfigErrors, Document, Source, decode, with_base_dir};
use gateway_core::contract::{Mode, Request, Response, RouteService};
use gateway_core::facts::{FactId, Identity};
use gateway_testkit::tempdir;
use layer_transform::headers::HeadersConfig;

use crate::support::build;

/// A stack of the layer around a service that answers with the header fields it sees.
fn stack(lines: &str, mode: Mode) -> RouteService {
    let echo = tower::service_fn(|request: Request| {
        let mut response = Response::default();
        response.headers_mut().clone_from(request.headers());
        ready(Ok::<_, Infallible>(response))
    });
    build(lines, mode).unwrap().wrap(RouteService::new(echo))
}

/// The header fields of the answer to a request by the tenant `acme`, in order of their names.
async fn ask(stack: &RouteService) -> Vec<String> {
    let claims = [("tenant".to_owned(), "acme".into())].into_iter().collect();
    let identity = Identity::builder("test", "anna").claims(claims).build();
    let mut request = Request::new(Body::empty());
    request.extensions_mut().insert(identity);
    request
        .headers_mut()
        .insert("x-debug", "1".parse().unwrap());
    let Ok(response) = stack.respond(request).await;
    let headers = response.headers();
    let mut lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort_unstable();
    lines
}

const TIDY: &str = r#"
request = { set = { X-Tenant = { cel = 'identity.claims.tenant' } }, remove = ["x-debug"] }
response = { set = { x-frame-options = "DENY" }, add = { vary = "origin" } }
"#;

#[tokio::test]
async fn both_directions() {
    let stack = stack(TIDY, Mode::Enforce);
    assert_eq!(
        ask(&stack).await,
        ["vary: origin", "x-frame-options: DENY", "x-tenant: acme"]
    );
}

#[tokio::test]
async fn in_observe_mode_nothing_changes() {
    let stack = stack(TIDY, Mode::Observe);
    assert_eq!(ask(&stack).await, ["x-debug: 1"]);
}

#[tokio::test]
async fn secrets_come_from_outside_and_are_not_shown() {
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("token"), "hunter2 \r\n\n").unwrap();
    let lines = "request = { set = { authorization = { file = 'token' } } }";
    let (built, config) = with_base_dir(directory.path().into(), || {
        let config = decoded(lines);
        (stack(lines, Mode::Enforce), config)
    });
    assert_eq!(ask(&built).await, ["authorization: hunter2", "x-debug: 1"]);
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_secret_that_no_header_can_have_is_refused_and_not_shown() {
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("token"), "hunter\n2").unwrap();
    let lines = "request = { set = { authorization = { file = 'token' } } }";
    let error = with_base_dir(directory.path().into(), || build(lines, Mode::Enforce)).unwrap_err();
    assert!(
        error.contains("the secret has characters that a header cannot have"),
        "{error}"
    );
    assert!(!error.contains("hunter"), "{error}");
}

fn decoded(lines: &str) -> HeadersConfig {
    let mut errors = ConfigErrors::new();
    let document = Document::parse(&Source::new("gateway.toml", lines), &mut errors).unwrap();
    decode(document.root()).unwrap()
}

#[test]
fn expressions_need_their_facts() {
    let layer = build(TIDY, Mode::Enforce).unwrap();
    let missing: Vec<_> = layer.facts().missing(&[]).collect();
    assert_eq!(missing, [FactId::of::<Identity>()]);
}

#[test]
fn the_schema_offers_every_form_of_a_value() {
    let schema = schemars::schema_for!(HeadersConfig);
    let text = schema.as_value().to_string();
    for part in [
        "HeaderFields",
        "propertyNames",
        "\"cel\"",
        "\"env\"",
        "\"file\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
