//! Layers of every kind, run in observe mode.

mod once;

use std::sync::Arc;

use axum::body::to_bytes;
use axum_core::body::Body;
use http::StatusCode;

use super::ObserveLayer;
use crate::contract::{Handler, Next, Request, Response, RouteLayer, RouteService, handler};
use crate::facts::{Identity, Observations};
use crate::rejection::{Code, Format, Rejection};

const REFUSED: Code = Code::new("test/refused");

fn refusal() -> Response {
    Rejection::new(StatusCode::FORBIDDEN, REFUSED, "No.").into_response(Format::Problem)
}

/// Echoes body and `x-touched`, and says whom it sees.
async fn echo(request: Request, _: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut response = Response::new(body);
    if let Some(touched) = parts.headers.get("x-touched") {
        response.headers_mut().insert("x-touched", touched.clone());
    }
    if let Some(identity) = parts.extensions.get::<Identity>() {
        let subject = identity.subject().parse().unwrap();
        response.headers_mut().insert("x-subject", subject);
    }
    response
}

async fn observe(layer: impl Handler) -> (Response, String) {
    let unused = RouteService::new(tower::service_fn(|_| async { Ok(Response::default()) }));
    observe_around(handler(layer), handler(echo).wrap(unused)).await
}

async fn observe_around(layer: impl RouteLayer, inner: RouteService) -> (Response, String) {
    let service = ObserveLayer::new("watched".into(), Arc::new(layer)).wrap(inner);
    let Ok(response) = service.respond(Request::new(Body::from("hello"))).await;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1024).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    (Response::from_parts(parts, Body::empty()), body)
}

fn observed(response: &Response) -> Vec<(String, u16, Option<Code>)> {
    let all = response.extensions().get::<Observations>();
    let one = |o: &crate::facts::Observation| {
        let code = o.rejection.as_ref().map(Rejection::code);
        (o.layer.to_string(), o.status.as_u16(), code)
    };
    all.map(|all| all.iter().map(one).collect())
        .unwrap_or_default()
}

#[tokio::test]
async fn a_refusal_is_recorded_and_the_request_passes() {
    let (response, body) = observe(|_: Request, _: Next| async { refusal() }).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(body, "hello");
    assert_eq!(
        observed(&response),
        [("watched".to_owned(), 403, Some(REFUSED))]
    );
    assert!(response.extensions().get::<Rejection>().is_none());
}

#[tokio::test]
async fn a_layer_that_reads_the_body_before_it_refuses_takes_nothing_away() {
    let greedy = |request: Request, _: Next| async {
        to_bytes(request.into_body(), 1024).await.unwrap();
        refusal()
    };
    let (response, body) = observe(greedy).await;
    assert_eq!(
        (response.status(), body.as_str()),
        (StatusCode::OK, "hello")
    );
    assert_eq!(observed(&response).len(), 1);
}

#[tokio::test]
async fn changes_are_undone_but_facts_stay() {
    let meddler = |mut request: Request, next: Next| async move {
        request
            .headers_mut()
            .insert("x-touched", "yes".parse().unwrap());
        request
            .extensions_mut()
            .insert(Identity::builder("test", "me").build());
        *request.body_mut() = Body::from("other");
        let mut response = next.run(request).await;
        response
            .headers_mut()
            .insert("x-more", "yes".parse().unwrap());
        response.map(|_| Body::from("changed"))
    };
    let (response, body) = observe(meddler).await;
    assert_eq!(body, "hello");
    assert!(!response.headers().contains_key("x-touched"));
    assert!(!response.headers().contains_key("x-more"));
    assert_eq!(response.headers()["x-subject"], "me");
    assert_eq!(observed(&response), []);
}

#[tokio::test]
async fn a_refusal_after_the_answer_is_recorded_and_the_answer_passes() {
    let late = |request: Request, next: Next| async {
        to_bytes(next.run(request).await.into_body(), 1024)
            .await
            .unwrap();
        refusal()
    };
    let (response, body) = observe(late).await;
    assert_eq!(
        (response.status(), body.as_str()),
        (StatusCode::OK, "hello")
    );
    assert_eq!(
        observed(&response),
        [("watched".to_owned(), 403, Some(REFUSED))]
    );
}
