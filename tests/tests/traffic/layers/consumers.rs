//! A file with two consumers, whose API stands behind a key and a limit.

use axum_core::body::Body;
use gateway_testkit::upstream::respond;
use gateway_testkit::{Answer, HttpClient};
use http::Request;

use crate::passage::Passage;
use crate::protocol::Protocol;

/// What every file of this module begins with. The keys are `acme-one`, `acme-two` and `globex-one`.
const CONSUMERS: &str = r#"
[consumers.acme]
keys = [
    { hash = "sha256:d8c64aa8a4a7325514856089793b9f66997478647722494366b9a29969479b84", label = "one" },
    { hash = "sha256:7ee0763ff48aa85d89548fb982cf57971a757fc16119e90d585246f9645bc839", label = "two" },
]
groups = ["partners"]

[consumers.globex]
keys = [{ hash = "sha256:61091ce5a952c1d5dc8c906d5eaff458666df4bc90425bcf9ec9b3baebdc21a5", label = "one" }]

[layers.key]
type = "api-key"
"#;

/// A gateway with the consumers, before an upstream that answers `done`.
pub(super) async fn before(upstream: Protocol, rest: &str) -> Passage {
    Passage::with(
        upstream,
        respond::text("done"),
        &format!("{CONSUMERS}{rest}"),
    )
    .await
}

/// Gets `/` with this key.
pub(super) async fn get_with(client: &HttpClient, key: &str) -> Answer {
    let request = Request::get("/")
        .header("x-api-key", key)
        .body(Body::empty());
    client.send(request.unwrap()).await.unwrap()
}
