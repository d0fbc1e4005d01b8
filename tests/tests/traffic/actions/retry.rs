//! What is sent again, by the word of the upstream and of the route.

use gateway_testkit::InProcessGateway;
use gateway_testkit::upstream::{Upstream, respond};
use http::{Method, StatusCode};

use crate::passage::{ALL, LISTENER};
use crate::protocol::Protocol;

/// How often a busy upstream is asked for one request with `method`, where the file says this of the upstream and of
/// the route.
async fn asked(of_upstream: &str, of_route: &str, method: Method) -> usize {
    let upstream = Upstream::start(respond::status(StatusCode::SERVICE_UNAVAILABLE)).await;
    let upstream = upstream.unwrap();
    let address = upstream.address();
    let file = format!(
        "{LISTENER}[upstreams.main]\nendpoints = [\"http://{address}\"]\n{of_upstream}\n{ALL}{of_route}\n"
    );
    let gateway = InProcessGateway::start(&file).unwrap();
    let client = Protocol::Http1
        .connect(gateway.address("public").unwrap())
        .await;
    let request = http::Request::builder()
        .method(method)
        .uri("/")
        .body(Default::default());
    let answer = client.send(request.unwrap()).await.unwrap();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    upstream.requests().len()
}

#[tokio::test]
async fn a_route_overrides_single_keys_of_its_upstream() {
    for (of_upstream, of_route, method, times) in [
        ("", "", Method::GET, 2),
        ("", "", Method::POST, 1),
        ("retry = \"off\"", "", Method::GET, 1),
        ("", "retry = \"off\"", Method::GET, 1),
        ("retry = { attempts = 3 }", "", Method::GET, 4),
        (
            "retry = { attempts = 3 }",
            "retry = { non-idempotent = true }",
            Method::POST,
            4,
        ),
        (
            "retry = { attempts = 3 }",
            "retry = { attempts = 2 }",
            Method::GET,
            3,
        ),
        (
            "retry = \"off\"",
            "retry = { on = [\"500-599\"] }",
            Method::GET,
            2,
        ),
        ("retry = { on = [\"502\"] }", "", Method::GET, 1),
        (
            "retry-budget = { share = \"0%\", per-second = 0 }",
            "",
            Method::GET,
            1,
        ),
    ] {
        let asked = asked(of_upstream, of_route, method).await;
        assert_eq!(asked, times, "{of_upstream} {of_route}");
    }
}
