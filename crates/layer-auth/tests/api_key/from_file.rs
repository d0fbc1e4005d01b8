//! The layer as a file builds it: who passes, and what observe mode records.

use axum::body::Body;
use gateway_core::contract::{Mode, Response};
use gateway_core::facts::{Identity, Observations};
use http::Request;

use crate::file::{TEST, load, mirror, read};

/// The hash of `test2`.
const TEST2: &str = "sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

async fn answer(mode: Mode, uri: &str) -> Response {
    let text = format!(
        "[consumers.acme]\n\
         keys = [{{ hash = '{TEST}', label = 'ci' }}]\n\
         groups = ['partners']\n\
         plan = 'gold'\n\
         [layers.login]\n\
         type = 'api-key'\n\
         from = {{ query = 'key' }}\n\
         keys = [{{ hash = '{TEST2}', label = 'guest' }}]\n"
    );
    let layer = load(&text, mode).unwrap();
    assert!(layer.facts().is_provided::<Identity>());
    let request = Request::get(uri).body(Body::empty()).unwrap();
    layer.wrap(mirror()).respond(request).await.unwrap()
}

#[tokio::test]
async fn consumers_and_guests_pass() {
    for (uri, seen) in [
        (
            "/?key=test",
            "/\napi-key ci, consumer acme, groups [partners], plan gold",
        ),
        (
            "/?key=test2",
            "/\napi-key guest, consumer -, groups [], plan -",
        ),
    ] {
        let response = answer(Mode::Enforce, uri).await;
        assert_eq!(read(response).await, (200, seen.into()));
    }
    let response = answer(Mode::Enforce, "/?key=test3").await;
    assert_eq!(response.status(), 401);
}

#[tokio::test]
async fn observe_mode_lets_everybody_pass_and_records_the_refusal() {
    let response = answer(Mode::Observe, "/?key=test3").await;
    let observations = response.extensions().get::<Observations>().unwrap();
    let seen = observations.iter().next().unwrap();
    assert_eq!((&*seen.layer, seen.status.as_u16()), ("login", 401));
    let code = seen.rejection.as_ref().unwrap().code();
    assert_eq!(code.as_str(), "auth/credential-invalid");
    assert_eq!(read(response).await, (200, "/?key=test3".into()));
}

#[tokio::test]
async fn observe_mode_still_tells_who_is_calling() {
    let response = answer(Mode::Observe, "/?key=test").await;
    assert!(response.extensions().get::<Observations>().is_none());
    let (_, seen) = read(response).await;
    assert!(
        seen.starts_with("/?key=test\napi-key ci, consumer acme"),
        "{seen}"
    );
}
