//! Nothing in a request chooses where it is sent.

use gateway_testkit::upstream::{Upstream, respond};

use super::asking::ask;
use crate::passage::{ALL, Passage};
use crate::protocol::{Protocol, WAYS};

#[tokio::test]
async fn the_upstreams_address_never_comes_out_of_a_request() {
    let other = Upstream::start(respond::text("tricked")).await.unwrap();
    let elsewhere = other.address().to_string();
    let absolute = format!("http://{elsewhere}/x");
    let scheme_relative = format!("//{elsewhere}/x");
    for (client, upstream) in WAYS {
        let passage = Passage::with(upstream, respond::text("done"), ALL).await;
        let address = passage.address();
        for field in [
            "x-forwarded-host",
            "x-forwarded-server",
            "x-host",
            "x-original-url",
            "x-rewrite-url",
            "forwarded",
        ] {
            let told = ask(
                client,
                address,
                "GET",
                "/x",
                &[(field, elsewhere.as_str())],
                "",
            )
            .await;
            assert_eq!(told.body, "done", "{field}");
        }
        assert_eq!(
            ask(client, address, "GET", &scheme_relative, &[], "")
                .await
                .body,
            "done"
        );
        let http = client.connect(address).await;
        assert_eq!(http.get(&absolute).await.unwrap().text(), "done");
        if client == Protocol::Http1 {
            let mut raw = passage.raw().await;
            raw.send(format!(
                "GET {absolute} HTTP/1.1\r\nHost: {elsewhere}\r\n\r\n"
            ))
            .await
            .unwrap();
            assert_eq!(raw.read_response().await.unwrap().text(), "done");
        }
        assert!(passage.upstream.requests().len() >= 8);
    }
    assert_eq!(other.connections(), 0);
}
