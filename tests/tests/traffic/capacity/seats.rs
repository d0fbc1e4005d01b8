//! `max-connections` of a listener.

use gateway_testkit::raw::RawConnection;
use gateway_testkit::{Binary, wait_until};

use super::answering::{answering, answers, scrape};
use crate::PATIENCE;
use crate::protocol::Protocol;

#[tokio::test]
async fn one_client_too_many_is_turned_away_at_once_and_served_when_another_has_left() {
    let file = answering("max-connections = 2");
    let mut gateway = Binary::find().unwrap().serve(&file).await.unwrap();
    // Whoever looked whether it accepts has come and left.
    let left = async || {
        let scrape = scrape(&gateway).await;
        let accepted = "portcullis_listener_connections_accepted_total{listener=\"public\"}";
        let open = "portcullis_listener_connections_open{listener=\"public\"}";
        scrape.value(accepted) >= 1 && scrape.value(open) == 0
    };
    wait_until(PATIENCE, left).await.unwrap();

    let address = gateway.address("public").unwrap();
    let (first, second) = (
        Protocol::Http1.connect(address).await,
        Protocol::Http2.connect(address).await,
    );
    for client in [&first, &second] {
        assert_eq!(client.get("/ping").await.unwrap().text(), "pong");
    }
    for _ in 0..20 {
        let mut third = RawConnection::connect(address).await.unwrap();
        assert!(third.closes_within(PATIENCE).await);
        assert!(third.received().is_empty());
    }
    let crowded =
        "portcullis_listener_connections_ended_total{listener=\"public\",reason=\"crowded\"}";
    assert_eq!(scrape(&gateway).await.value(crowded), 20);
    // Those who are there notice nothing.
    assert_eq!(second.get("/ping").await.unwrap().text(), "pong");

    drop(first);
    wait_until(PATIENCE, async || answers(&gateway).await)
        .await
        .unwrap();
    let log = gateway.process().stderr();
    let told = log.matches("full: new connections are closed").count();
    assert!((1..5).contains(&told), "{told} times:\n{log}");
}
