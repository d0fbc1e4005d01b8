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
//!
//! A request's way through the crate:
//!
//! | where | what happens |
//! |---|---|
//! | `layer`, `service` | the request of a route comes to its upstream |
//! | `admission` | whether the upstream may be given more to do, and who is turned away first |
//! | [`balance`] | which endpoint it goes to, of those for which `health` has nothing against it |
//! | `attempts`, `retry` | one attempt; where that fails, others elsewhere, within a budget |
//! | `client`, `endpoint` | the head becomes what the next hop gets |
//! | `pool` | a connection, or a stream of one; TLS; both protocols |
//! | `outcome` | what health, balance, retries and admission learn of it |
//!
//! Beside it, in the background: `upstream` keeps the endpoints, `discovery` finds them, `health` asks them how they are.
//! What the operator writes about all this is in `config`.

mod admission;
mod answer;
mod attempt;
mod attempts;
mod backoff;
pub mod balance;
mod caller;
mod chosen_endpoint;
mod client;
mod config;
mod counters;
mod discovery;
mod endpoint;
mod failure;
mod flight;
mod health;
mod latency;
mod layer;
mod load;
mod outcome;
mod pool;
pub mod rejection;
mod request_framing;
mod request_head;
mod response_head;
mod retry;
mod route_policy;
mod service;
mod surroundings;
mod time_limits;
mod upstream;
mod websocket_handshake;

pub use admission::{Class, ClassRule, Classes};
pub use attempts::Attempts;
pub use chosen_endpoint::ChosenEndpoint;
pub use client::EndpointClient;
pub use config::{
    BackoffConfig, BalanceConfig, BalanceTable, CertificateFile, CertificateName,
    CircuitBreakerConfig, ClassTable, ConcurrencyConfig, ConcurrencyTable, CookieName,
    DeadlineConfig, DiscoverConfig, DiscoveredScheme, DnsName, DnsRecord, EjectionConfig,
    EjectionTable, EndpointConfig, EndpointTable, EndpointUrl, ExpectConfig, FilePath, GrpcStatus,
    HashConfig, HashKeyConfig, HashKeyTable, HealthCheckConfig, HedgeConfig, KeepAliveConfig,
    KeyFile, LimitsConfig, LoadBound, NameServer, Password, Protocol, ProxyProtocol,
    RetryBudgetConfig, RetryConfig, RetryOn, RetryTable, ShedConfig, SlowConfig, StatusRange,
    StickyConfig, SuccessRateConfig, TimeoutConfig, TlsConfig, UpstreamConfig, WhenAllUnhealthy,
};
pub use counters::UpstreamCounters;
pub use endpoint::Endpoint;
pub use layer::LoadBalanceLayer;
pub use retry::RetryRules;
pub use service::LoadBalanceService;
pub use time_limits::TimeLimits;
pub use upstream::Upstream;
