//! Sets, adds and removes header fields, of requests on the way in and of responses on the way out.
//!
//! ```
//! use axum::{Router, body::Body, routing::get};
//! use http::{HeaderName, HeaderValue, Request, header};
//! use layer_transform::headers::{Edits, HeadersLayer};
//! use tower::ServiceExt;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut response = Edits::new();
//! response
//!     .remove(header::SERVER)?
//!     .set(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"))?;
//!
//! let app = Router::new()
//!     .route("/", get(|| async { ([(header::SERVER, "shop/1.0")], "hello") }))
//!     .layer(HeadersLayer::new(Edits::new(), response));
//!
//! let response = app.oneshot(Request::new(Body::empty())).await?;
//! assert_eq!(response.headers()["x-frame-options"], "DENY");
//! assert!(!response.headers().contains_key("server"));
//! # Ok(())
//! # }
//! ```
//!
//! In the gateway's file it is a layer of `type = "headers"`; see [`HeadersConfig`].

mod config;
mod edits;
mod field_table;
mod future;
mod layer;
mod protected;
mod secret_value;
mod service;
mod value;

pub use config::{EditsConfig, HeadersConfig};
pub use edits::{Computed, Edits};
pub use field_table::FieldTable;
pub use future::HeadersFuture;
pub use layer::HeadersLayer;
pub use service::HeadersService;
pub use value::Value;
