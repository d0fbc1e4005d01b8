//! Requests go where the balance of their upstream says.

use std::collections::HashSet;
use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response};
use gateway_core::config::{Duration, Secret};
use gateway_core::facts::{Scheme, ServedBy};
use layer_lb::{
    BalanceConfig, EndpointClient, EndpointConfig, EndpointUrl, LoadBalanceLayer, StickyConfig,
    Upstream, UpstreamConfig,
};
use tower::{Layer, ServiceExt};

use crate::support::{Endpoint, Proxy};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

fn proxy(endpoints: &[SocketAddr], balance: BalanceConfig) -> Proxy {
    let urls = endpoints
        .iter()
        .map(|address| format!("http://{address}").parse().unwrap());
    let mut config = UpstreamConfig::new(urls);
    config.balance = balance;
    let upstream = Upstream::build("test", &config).unwrap();
    LoadBalanceLayer::new(upstream).layer(EndpointClient::new())
}

async fn three() -> Vec<Endpoint> {
    vec![
        Endpoint::answering(OK).await,
        Endpoint::answering(OK).await,
        Endpoint::answering(OK).await,
    ]
}

fn addresses(endpoints: &[Endpoint]) -> Vec<SocketAddr> {
    endpoints.iter().map(|endpoint| endpoint.address).collect()
}

async fn send(proxy: &Proxy, field: (&'static str, String), scheme: Scheme) -> Response<Body> {
    let request = Request::get("/")
        .header("host", "a")
        .header(field.0, field.1);
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(scheme);
    proxy.clone().oneshot(request).await.unwrap()
}

fn served_by(response: &Response<Body>) -> String {
    response
        .extensions()
        .get::<ServedBy>()
        .unwrap()
        .endpoint
        .to_string()
}

fn new_cookie(response: &Response<Body>) -> Option<String> {
    let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
    response.headers().get("set-cookie").map(text)
}

#[tokio::test]
async fn a_key_stays_with_its_endpoint() {
    let endpoints = three().await;
    let by_user = r#"{ "hash": { "header": "x-user" } }"#;
    let proxy = proxy(
        &addresses(&endpoints),
        serde_json::from_str(by_user).unwrap(),
    );
    let mut homes = HashSet::new();
    for user in 0..30 {
        let mut seen = HashSet::new();
        for _ in 0..3 {
            let response = send(&proxy, ("x-user", format!("user-{user}")), Scheme::Http).await;
            seen.insert(served_by(&response));
        }
        assert_eq!(seen.len(), 1, "user {user} was at {seen:?}");
        homes.extend(seen);
    }
    assert_eq!(homes.len(), 3, "the users are all at {homes:?}");
}

fn sticky() -> BalanceConfig {
    BalanceConfig::Sticky(StickyConfig {
        cookie: "lb".parse().unwrap(),
        secret: Secret::new("the same in all gateways").into(),
        max_age: Some(Duration::from_secs(3600).into()),
    })
}

#[tokio::test]
async fn a_client_stays_with_its_endpoint_while_that_is_there() {
    let endpoints = three().await;
    let before = proxy(&addresses(&endpoints), sticky());
    let response = send(&before, ("cookie", "theme=dark".into()), Scheme::Https).await;
    let home = served_by(&response);
    let cookie = new_cookie(&response).unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600"
    );
    for _ in 0..20 {
        let response = send(
            &before,
            ("cookie", format!("theme=dark; {pair}")),
            Scheme::Https,
        )
        .await;
        assert_eq!(served_by(&response), home);
        assert_eq!(new_cookie(&response), None, "the client has it");
    }

    // Another gateway, in another order and with one more: the cookie means the same.
    let mut others = addresses(&endpoints);
    others.reverse();
    others.push(Endpoint::answering(OK).await.address);
    let other = proxy(&others, sticky());
    for _ in 0..20 {
        let response = send(&other, ("cookie", pair.to_owned()), Scheme::Http).await;
        assert_eq!(
            (served_by(&response), new_cookie(&response)),
            (home.clone(), None)
        );
    }

    // The endpoint has gone: another one, and a new cookie for it.
    others.retain(|address| address.to_string() != home);
    let without = proxy(&others, sticky());
    let response = send(&without, ("cookie", pair.to_owned()), Scheme::Http).await;
    let next = served_by(&response);
    let cookie = new_cookie(&response).unwrap();
    assert!(
        !cookie.contains("Secure") && !cookie.starts_with(pair),
        "{cookie}"
    );
    let (pair, _) = cookie.split_once(';').unwrap();
    let response = send(&without, ("cookie", pair.to_owned()), Scheme::Http).await;
    assert_eq!((served_by(&response), new_cookie(&response)), (next, None));
}

#[tokio::test]
async fn a_forged_cookie_leads_nowhere() {
    let endpoints = three().await;
    let proxy = proxy(&addresses(&endpoints), sticky());
    let forged = format!("lb={}", "A".repeat(54));
    let response = send(&proxy, ("cookie", forged), Scheme::Http).await;
    assert!(new_cookie(&response).is_some());
}

#[tokio::test]
async fn the_next_tier_is_at_rest_while_the_first_is_there() {
    let endpoints = three().await;
    let second = endpoints[1].address;
    let tiered = |address| {
        let url: EndpointUrl = format!("http://{address}").parse().unwrap();
        let mut config = EndpointConfig::from(url);
        config.priority = u32::from(address != second).into();
        config.into()
    };
    let mut config = UpstreamConfig::new([]);
    config.endpoints = addresses(&endpoints)
        .into_iter()
        .map(tiered)
        .collect::<Vec<_>>()
        .into();
    let upstream = Upstream::build("test", &config).unwrap();
    let proxy = LoadBalanceLayer::new(upstream).layer(EndpointClient::new());
    for _ in 0..20 {
        let response = send(&proxy, ("x", "y".into()), Scheme::Http).await;
        assert_eq!(served_by(&response), endpoints[1].address.to_string());
    }
}
