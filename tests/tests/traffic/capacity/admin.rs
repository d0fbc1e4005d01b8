//! `[admin]`, whatever its clients do.

use std::time::{Duration, Instant};

use gateway_testkit::raw::RawConnection;
use gateway_testkit::{InProcessGateway, http_client};

use super::answering::answering;
use crate::PATIENCE;

#[tokio::test]
async fn silent_clients_keep_nobody_out() {
    let gateway = InProcessGateway::start(&answering("")).unwrap();
    let admin = gateway.admin_address().unwrap();
    let start = Instant::now();
    let mut silent = Vec::new();
    for number in 0..200 {
        let mut client = RawConnection::connect(admin).await.unwrap();
        if number % 2 == 0 {
            client.send("GET /readyz HTTP/1.1\r\nHo").await.unwrap();
        }
        silent.push(client);
    }
    let answer = http_client::get(&format!("http://{admin}/readyz")).await;
    assert_eq!(answer.unwrap().status, 200);
    assert!(
        start.elapsed() < Duration::from_secs(9),
        "nobody had to wait"
    );
    // Those that came first have made room; how long the others may stay is a matter of unit tests.
    assert!(silent[0].closes_within(PATIENCE).await);
}

#[tokio::test]
async fn there_is_nothing_else() {
    let gateway = InProcessGateway::start(&answering("")).unwrap();
    let admin = gateway.admin_address().unwrap();
    for (path, status) in [
        ("livez", 200),
        ("readyz", 200),
        ("metrics", 200),
        ("ping", 404),
    ] {
        let answer = http_client::get(&format!("http://{admin}/{path}")).await;
        assert_eq!(answer.unwrap().status, status, "{path}");
    }
}
