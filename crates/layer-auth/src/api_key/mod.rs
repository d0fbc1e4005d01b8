//! The layer `api-key`: callers prove who they are by a key.
//!
//! Only SHA-256 hashes of the keys are stored. The key is taken out of the request before the request goes
//! on, and what is known of its owner is put in as an [`Identity`](gateway_core::facts::Identity).
//!
//! ```
//! use gateway_core::config::{self, ConfigErrors, Document, Source};
//! use gateway_core::contract::{BuildContext, GatewayLayer, Mode, Resources};
//! use layer_auth::{ApiKeyLayer, api_key::ApiKeyConfig};
//!
//! let table = r#"
//!     from = { query = "key" }                # or { header = "…" }, { cookie = "…" }
//!     keys = [{ hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", label = "ci" }]
//! "#;
//! let mut errors = ConfigErrors::new();
//! let document = Document::parse(&Source::new("layer.toml", table), &mut errors).unwrap();
//! let config: ApiKeyConfig = config::decode(document.root())?;
//! let resources = Resources::new();           // the gateway puts the consumers here
//! let cx = BuildContext::new("login", Mode::Enforce, document.root().span(), &resources);
//! let layer = ApiKeyLayer::build(config, &cx)?;
//!
//! let (parts, ()) = http::Request::get("/?key=test").body(()).unwrap().into_parts();
//! assert_eq!(layer.decide(&parts).unwrap().subject(), "ci");
//! # Ok::<(), ConfigErrors>(())
//! ```
//!
//! | refusal | status | when |
//! |---|---|---|
//! | `auth/credential-missing` | 401 | the request has no key, or an empty one |
//! | `auth/credential-invalid` | 401 | nobody has this key, or it is longer than 1 KiB |
//! | `auth/credential-ambiguous` | 400 | the request has more than one |

mod config;
mod cookie;
mod keys;
mod layer;
mod policy;
mod query;
mod rejection;
mod service;
mod source;

pub use config::{ApiKeyConfig, CredentialSourceConfig, LayerKeyConfig};
pub use keys::ApiKeys;
pub use layer::ApiKeyLayer;
pub use service::ApiKeyService;
pub use source::CredentialSource;
