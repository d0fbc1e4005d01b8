//! Authentication and authorization layers: who is calling, and may they.
//!
//! Every layer of this crate is an ordinary [`tower_layer::Layer`] that works in any axum or tower service;
//! the gateway builds the same layers from its file. Those that find out who is calling insert an
//! [`Identity`] into the request's extensions.
//!
//! - [`api_key`]: callers prove who they are by a key in a header, a query parameter or a cookie.
//! - [`consumers`]: named callers, `[consumers.NAME]` of the file.
//! - [`crypto`]: how a key is stored.

pub mod api_key;
pub mod consumers;
pub mod crypto;

pub use api_key::{ApiKeyLayer, ApiKeys, CredentialSource};
pub use consumers::{Consumers, ConsumersConfig};
pub use crypto::{KeyHash, hash_key};
pub use gateway_core::facts::Identity;
