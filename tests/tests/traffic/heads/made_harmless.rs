//! Heads that pass once they are made harmless.

use super::probe::{Connection, Probe};

#[tokio::test]
async fn fields_with_underscores_are_dropped() {
    let probe = Probe::new().await;
    let outcome = probe
        .send(b"GET / HTTP/1.1\r\nHost: a\r\nX_User: root\r\nx-user: me\r\n\r\n")
        .await;
    let seen = outcome.seen.unwrap().headers;
    assert!(!seen.contains_key("x_user"));
    assert_eq!(seen["x-user"], "me");
    assert_eq!(outcome.connection, Connection::Usable);
}

#[tokio::test]
async fn fields_that_connection_names_are_stripped() {
    let probe = Probe::new().await;
    for connection in [
        "x-secret",
        "keep-alive, X-SECRET",
        "x-secret\r\nConnection: y",
        " x-secret ,,",
    ] {
        let request = format!(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: {connection}\r\nx-secret: 1\r\nx-kept: 1\r\n\r\n"
        );
        let outcome = probe.send(request.as_bytes()).await;
        let seen = outcome.seen.unwrap().headers;
        assert!(!seen.contains_key("x-secret"), "{connection}: {seen:?}");
        assert!(seen.contains_key("x-kept"));
    }
}

#[tokio::test]
async fn the_host_becomes_canonical() {
    let probe = Probe::new().await;
    for (host, seen) in [
        ("API.Example.COM", "api.example.com"),
        ("a.", "a"),
        ("A:80", "a:80"),
        ("[::0]:1", "[::]:1"),
    ] {
        let outcome = probe
            .send(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes())
            .await;
        assert_eq!(outcome.seen.unwrap().headers["host"], seen);
    }
}

#[tokio::test]
async fn an_upgrade_is_not_passed_on() {
    let probe = Probe::new().await;
    let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
    let outcome = probe.send(request).await;
    assert_eq!(outcome.response.status().unwrap(), 200);
    let seen = outcome.seen.unwrap().headers;
    assert!(
        ["connection", "upgrade", "http2-settings"]
            .iter()
            .all(|name| !seen.contains_key(*name)),
        "{seen:?}"
    );
}

#[tokio::test]
async fn an_old_client_is_served_once() {
    let probe = Probe::new().await;
    let outcome = probe.send(b"GET / HTTP/1.0\r\nHost: a\r\n\r\n").await;
    assert_eq!(outcome.response.text(), "done");
    assert_eq!(outcome.connection, Connection::Closed);
}
