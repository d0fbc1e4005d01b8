//! Load balancing over pooled HTTP/1.1 and HTTP/2 connections.
//!
//! An [`Upstream`] is a service behind the gateway: its endpoints, the connections to them, and whose turn it
//! is. A [`LoadBalanceLayer`] chooses one of its endpoints for each request; the [`EndpointClient`] inside it
//! sends the request there and streams the response back. Neither ever fails: what goes wrong becomes a
//! response with a stable [code](rejection).
//!
//! Together they make a reverse proxy of an axum service:
//!
//! ```no_run
//! use axum::Router;
//! use layer_lb::{EndpointClient, LoadBalanceLayer, Upstream, UpstreamConfig};
//! use tower_layer::Layer;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?, "http://10.0.0.6:9000".parse()?]);
//! let upstream = Upstream::build("orders", &config)?;
//! let proxy = LoadBalanceLayer::new(upstream).layer(EndpointClient::new());
//! let app: Router = Router::new().fallback_service(proxy);
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! axum::serve(listener, app).await?;
//! # Ok(())
//! # }
//! ```

mod answer;
mod attempt;
mod balance;
mod chosen_endpoint;
mod client;
mod config;
mod counters;
mod endpoint;
mod failure;
mod flight;
mod health;
mod layer;
mod load;
mod outcome;
mod pool;
pub mod rejection;
mod request_framing;
mod request_head;
mod response_head;
mod service;
mod time_limits;
mod upstream;
mod websocket_handshake;

pub use attempt::Attempt;
pub use chosen_endpoint::ChosenEndpoint;
pub use client::EndpointClient;
pub use config::{
    BalanceConfig, EndpointConfig, EndpointTable, EndpointUrl, KeepAliveConfig, LimitsConfig,
    Protocol, TimeoutConfig, UpstreamConfig,
};
pub use counters::UpstreamCounters;
pub use endpoint::Endpoint;
pub use layer::LoadBalanceLayer;
pub use service::LoadBalanceService;
pub use time_limits::TimeLimits;
pub use upstream::Upstream;
