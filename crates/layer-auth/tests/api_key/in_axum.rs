//! The layer in an axum service, without a file.

use axum::Router;
use axum::body::Body;
use gateway_core::rejection::Rejection;
use http::{HeaderName, Request, header};
use layer_auth::{ApiKeyLayer, ApiKeys, CredentialSource, Identity, hash_key};
use tower::ServiceExt;

use crate::file::{describe, read};

fn app(source: CredentialSource) -> Router {
    let ci = Identity::builder("api-key", "ci")
        .consumer("acme")
        .groups(["partners"])
        .build();
    let keys = ApiKeys::new().with(hash_key(b"test"), ci);
    Router::new()
        .fallback(|request: Request<Body>| async move { describe(&request) })
        .layer(ApiKeyLayer::new(keys).reading(source))
}

async fn answer(source: CredentialSource, request: http::request::Builder) -> (u16, String) {
    let request = request.body(Body::empty()).unwrap();
    read(app(source).oneshot(request).await.unwrap()).await
}

const CALLER: &str = "api-key ci, consumer acme, groups [partners], plan -";

#[tokio::test]
async fn the_key_stays_here_and_the_caller_goes_on() {
    let query = || CredentialSource::Query("key".into());
    let cookie = || CredentialSource::Cookie("key".into());
    let header = || CredentialSource::Header(HeaderName::from_static("authorization"));
    for (source, request, seen) in [
        (
            CredentialSource::default(),
            Request::get("/a?x-api-key=b")
                .header("x-api-key", "test")
                .header("accept", "*/*"),
            "/a?x-api-key=b\naccept: */*",
        ),
        (
            header(),
            Request::get("/a").header("authorization", "test"),
            "/a",
        ),
        (
            query(),
            Request::get("/a?b=%7E&key=test&c=+"),
            "/a?b=%7E&c=+",
        ),
        (
            query(),
            Request::get("/a?k%65y=t%65st").header("key", "test"),
            "/a\nkey: test",
        ),
        (
            cookie(),
            Request::get("/a").header("cookie", "b=1; key=test"),
            "/a\ncookie: b=1",
        ),
        (
            cookie(),
            Request::get("/a?key=b").header("cookie", "key=test"),
            "/a?key=b",
        ),
    ] {
        assert_eq!(
            answer(source, request).await,
            (200, format!("{seen}\n{CALLER}"))
        );
    }
}

#[tokio::test]
async fn who_has_no_key_gets_a_problem_and_a_challenge() {
    let request = Request::get("/")
        .header("x-api-key", "guess")
        .body(Body::empty())
        .unwrap();
    let response = app(CredentialSource::default())
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "ApiKey");
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let rejection = response.extensions().get::<Rejection>().unwrap();
    assert_eq!(rejection.code().as_str(), "auth/credential-invalid");
    let (status, body) = read(response).await;
    assert_eq!(status, 401);
    assert!(
        body.contains("\"auth/credential-invalid\"") && !body.contains("guess"),
        "{body}"
    );
}

#[tokio::test]
async fn a_grpc_caller_gets_a_grpc_status() {
    let request = Request::post("/").header(header::CONTENT_TYPE, "application/grpc");
    let request = request.body(Body::empty()).unwrap();
    let response = app(CredentialSource::default())
        .oneshot(request)
        .await
        .unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["grpc-status"]
        ),
        (200, &"16".parse().unwrap())
    );
}
