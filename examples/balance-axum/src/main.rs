//! Load balancing inside an axum service of your own: two services behind one path, one of which may leave.
#![expect(clippy::print_stdout, reason = "it says how to try it")]

use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use layer_lb::{EndpointClient, EndpointUrl, LoadBalanceLayer, Upstream, UpstreamConfig};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tower_layer::Layer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let leave = Arc::new(Notify::new());
    let one = service("one", Arc::clone(&leave)).await?;
    let two = service("two", Arc::new(Notify::new())).await?;

    let greeters = Upstream::build("greeters", &UpstreamConfig::new([one, two]))?;
    let balanced = LoadBalanceLayer::new(greeters).layer(EndpointClient::new());

    let app = Router::new()
        .nest_service("/greeters", balanced)
        .route("/leave", post(async move || leave.notify_one()));

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    println!("Listening on http://{address}. Try:");
    println!("  curl http://{address}/greeters/hello");
    println!("  curl --request POST http://{address}/leave");
    axum::serve(listener, app).await?;
    Ok(())
}

/// A service on a port of its own, until it is told to leave.
async fn service(name: &'static str, leave: Arc<Notify>) -> Result<EndpointUrl, Box<dyn Error>> {
    let greet = async move || format!("hello from {name}\n");
    let app = Router::new().route("/hello", get(greet));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?).parse()?;
    let leaving = async move { leave.notified().await };
    let serving = axum::serve(listener, app).with_graceful_shutdown(leaving);
    tokio::spawn(serving.into_future());
    Ok(url)
}
