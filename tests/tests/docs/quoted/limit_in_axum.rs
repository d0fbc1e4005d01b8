//! A rate limit inside an axum service, as `docs/embedding.md` shows it.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::{Router, middleware, routing::get};
use gateway_core::facts::ClientAddr;
use layer_ratelimit::{Key, Policy, RateLimitLayer};

pub(crate) fn app() -> Result<Router, Box<dyn std::error::Error>> {
    let policy = Policy::new("100/min".parse()?, Key::Address).burst(20);
    let app = Router::new()
        .route("/", get(|| async { "hello\n" }))
        .layer(RateLimitLayer::new(policy)?)
        // The layer added last runs first.
        .layer(middleware::map_request(say_who_calls));
    Ok(app)
}

/// Provides the fact that the limit needs. Behind a proxy the peer is the proxy: take the address from where
/// that proxy puts it.
async fn say_who_calls(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
) -> Request {
    request.extensions_mut().insert(ClientAddr::new(peer.ip()));
    request
}

pub(crate) async fn serve(
    listener: tokio::net::TcpListener,
) -> Result<(), Box<dyn std::error::Error>> {
    let app = app()?.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use gateway_testkit::HttpClient;

    use super::*;

    #[tokio::test]
    async fn a_burst_passes_and_no_more() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving =
            tokio::spawn(async move { serve(listener).await.map_err(|error| error.to_string()) });
        let client = HttpClient::http1(address).await.unwrap();
        for _ in 0..20 {
            let answer = client.get("http://localhost/").await.unwrap();
            assert_eq!(answer.status, 200);
        }
        assert_eq!(client.get("http://localhost/").await.unwrap().status, 429);
        serving.abort();
    }
}
