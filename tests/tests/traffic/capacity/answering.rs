//! A gateway that answers by itself, so that clients are all there is to count.

use gateway_testkit::{GatewayProcess, http_client};

use crate::metrics::Scrape;

/// A file that answers `/ping` itself, with these keys of its listener.
pub(super) fn answering(keys: &str) -> String {
    format!(
        "[listeners.public]\nbind = \"127.0.0.1:0\"\n{keys}\n\
         [admin]\nbind = \"127.0.0.1:0\"\n\
         [[routes]]\nname = \"ping\"\nmatch = {{ path = \"/ping\" }}\nrespond = {{ body = \"pong\" }}\n"
    )
}

/// What the gateway has counted.
pub(super) async fn scrape(gateway: &GatewayProcess) -> Scrape {
    Scrape::of(gateway.admin_address().unwrap()).await
}

/// Whether the gateway answers a new client.
pub(super) async fn answers(gateway: &GatewayProcess) -> bool {
    let address = gateway.address("public").unwrap();
    let answer = http_client::get(&format!("http://{address}/ping")).await;
    answer.is_ok_and(|answer| answer.text() == "pong")
}
