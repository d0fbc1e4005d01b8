//! Answers that point elsewhere.

use axum_core::body::Body;
use gateway_testkit::upstream::respond;
use http::Request;

use crate::passage::Passage;
use crate::protocol::Protocol;

const FILE: &str = r#"
[[routes]]
name = "moved"
match = { path = "/old/{*rest}" }
redirect = { to = "/v1/{rest}", status = 308 }

[[routes]]
name = "elsewhere"
match = { path = "/shop/{user}/{*rest}" }
redirect = { to = "https://shop.example.com/{user}/all/{rest}?from=shop#cart", status = 302 }

[[routes]]
name = "spoken"
match = { path = { regex = "/said(?:/(?P<lang>[a-z]{2}))?/(?P<rest>.*)" } }
redirect = { to = "/{lang}/{rest}" }
"#;

#[tokio::test]
async fn parameters_are_filled_in_and_the_query_is_kept() {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), FILE).await;
    let client = passage.client(Protocol::Http1).await;
    for (target, status, location) in [
        ("/old/orders/7", 308, "/v1/orders/7"),
        ("/old/orders/7?a=1&b=%2F", 308, "/v1/orders/7?a=1&b=%2F"),
        ("/old/a%20b", 308, "/v1/a%20b"),
        ("/old/x/../y", 308, "/v1/y"),
        (
            "/shop/me/cart",
            302,
            "https://shop.example.com/me/all/cart?from=shop#cart",
        ),
        (
            "/shop/me/cart?a=1",
            302,
            "https://shop.example.com/me/all/cart?from=shop&a=1#cart",
        ),
        ("/said/fr/a", 308, "/fr/a"),
        ("/said/evil.test/x", 308, "/evil.test/x"),
    ] {
        let request = Request::post(target).body(Body::empty()).unwrap();
        let answer = client.send(request).await.unwrap();
        assert_eq!(answer.status.as_u16(), status, "{target}");
        assert_eq!(answer.header("location"), Some(location), "{target}");
    }
    assert!(passage.upstream.requests().is_empty());
}

#[tokio::test]
async fn a_parameter_cannot_choose_another_place() {
    let passage = Passage::with(Protocol::Http1, respond::text("done"), FILE).await;
    let client = passage.client(Protocol::Http1).await;
    for target in [
        "/shop/evil.test%23/x",
        "/shop/evil.test%3F/x",
        "/shop/u@evil.test:1/x",
        "/shop/evil.test%2F/x",
        "/old//evil.test/",
        "/said/evil.test/x",
    ] {
        let answer = client.get(target).await.unwrap();
        let Some(location) = answer.header("location") else {
            assert_eq!(answer.status.as_u16() / 100, 4, "{target}");
            continue;
        };
        let host = location
            .strip_prefix("https://")
            .map(|rest| rest.split(['/', '?', '#']).next().unwrap());
        assert!(
            host.is_none_or(|host| host == "shop.example.com"),
            "{target}: {location}"
        );
        assert!(!location.starts_with("//"), "{target}: {location}");
    }
}
