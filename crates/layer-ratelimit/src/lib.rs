//! Rate limiting for tower and axum services: how often somebody may ask.
//!
//! A [`Policy`] says how many requests may pass in which time and by which [`Key`] they are counted;
//! [`RateLimitLayer`] holds the counters. It is an ordinary [`tower_layer::Layer`] and needs nothing else of
//! Portcullis:
//!
//! ```
//! use axum::{Router, body::Body, extract::Request, middleware, routing::get};
//! use gateway_core::facts::ClientAddr;
//! use http::StatusCode;
//! use layer_ratelimit::{Key, Policy, RateLimitLayer};
//! use std::net::{Ipv4Addr, SocketAddr};
//! use tower::ServiceExt;
//!
//! /// Says who is calling. Behind no proxy that is the peer of the connection, which
//! /// `into_make_service_with_connect_info::<SocketAddr>()` puts into each request.
//! async fn provide_client_addr(mut request: Request) -> Request {
//!     let connection = request.extensions().get::<axum::extract::ConnectInfo<SocketAddr>>();
//!     if let Some(axum::extract::ConnectInfo(peer)) = connection {
//!         let fact = ClientAddr::new(peer.ip());
//!         request.extensions_mut().insert(fact);
//!     }
//!     request
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let twice_a_minute = Policy::new("2/min".parse()?, Key::Address);
//! let app = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(RateLimitLayer::new(twice_a_minute)?)
//!     .layer(middleware::map_request(provide_client_addr));
//!
//! let mut statuses = Vec::new();
//! for _ in 0..3 {
//!     let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 49152));
//!     let mut request = Request::new(Body::empty());
//!     request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
//!     statuses.push(app.clone().oneshot(request).await?.status());
//! }
//! assert_eq!(statuses, [StatusCode::OK, StatusCode::OK, StatusCode::TOO_MANY_REQUESTS]);
//! # Ok(())
//! # }
//! ```
//!
//! In the gateway's file it is a layer of `type = "rate-limit"`; see [`RateLimitConfig`].
//!
//! The algorithm is GCRA, by [`tower_governor`] and [`governor`]. What those leave to their user is done
//! here: keys are forgotten once they are idle, their number is capped, waits are rounded up, and the
//! client learns where it stands.

pub mod rate_limit;

pub use rate_limit::{
    Bucket, EXCEEDED, Fingerprint, KEY_MISSING, Key, KeyConfig, KeyReader, MAX_KEYS, OnMissingKey,
    Policy, RateLimitConfig, RateLimitFuture, RateLimitLayer, RateLimitService, Standing,
};
