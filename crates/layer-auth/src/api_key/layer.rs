//! The layer.

use std::sync::Arc;

use gateway_core::config::ConfigErrors;
use gateway_core::contract::{BuildContext, FactFlow, GatewayLayer};
use gateway_core::facts::Identity;
use gateway_core::rejection::Rejection;
use http::request::Parts;
use tower_layer::Layer;

use super::policy::Policy;
use super::{ApiKeyConfig, ApiKeyService, ApiKeys, CredentialSource};
use crate::consumers::Consumers;

/// Lets a request pass that has one valid API key, and tells the layers behind it whose it is.
///
/// ```
/// use axum::{Extension, Router, routing::get};
/// use layer_auth::{ApiKeyLayer, ApiKeys, Identity, hash_key};
///
/// async fn greet(Extension(caller): Extension<Identity>) -> String {
///     format!("Hello, {}!", caller.subject())
/// }
///
/// let keys = ApiKeys::new().with(hash_key(b"test"), Identity::builder("api-key", "ci").build());
/// let app: Router = Router::new()
///     .route("/", get(greet))
///     .layer(ApiKeyLayer::new(keys));
/// ```
#[derive(Clone, Debug)]
pub struct ApiKeyLayer(Arc<Policy>);

impl ApiKeyLayer {
    /// A layer that knows `keys` and reads them from the header field `x-api-key`.
    pub fn new(keys: impl Into<Arc<ApiKeys>>) -> Self {
        Self(Arc::new(Policy {
            source: CredentialSource::default(),
            keys: keys.into(),
        }))
    }

    /// The same layer reading keys from `source`.
    #[must_use]
    pub fn reading(mut self, source: CredentialSource) -> Self {
        Arc::make_mut(&mut self.0).source = source;
        self
    }

    /// Whose key the request has.
    ///
    /// ```
    /// use layer_auth::{ApiKeyLayer, ApiKeys, Identity, hash_key};
    ///
    /// let ci = Identity::builder("api-key", "ci").build();
    /// let layer = ApiKeyLayer::new(ApiKeys::new().with(hash_key(b"test"), ci));
    /// let (mut parts, ()) = http::Request::new(()).into_parts();
    ///
    /// let refused = layer.decide(&parts).unwrap_err();
    /// assert_eq!(refused.code().as_str(), "auth/credential-missing");
    ///
    /// parts.headers.insert("x-api-key", http::HeaderValue::from_static("test"));
    /// assert_eq!(layer.decide(&parts).unwrap().subject(), "ci");
    /// ```
    ///
    /// # Errors
    /// The refusal, where it has none, several, or one that nobody has.
    pub fn decide(&self, parts: &Parts) -> Result<Identity, Rejection> {
        self.0.decide(parts)
    }
}

impl<S> Layer<S> for ApiKeyLayer {
    type Service = ApiKeyService<S>;

    fn layer(&self, inner: S) -> ApiKeyService<S> {
        ApiKeyService::new(Arc::clone(&self.0), inner)
    }
}

impl GatewayLayer for ApiKeyLayer {
    const TYPE: &'static str = "api-key";
    type Config = ApiKeyConfig;
    type Layer = Self;

    fn facts(_: &ApiKeyConfig) -> FactFlow {
        FactFlow::new().provides::<Identity>()
    }

    fn build(config: ApiKeyConfig, cx: &BuildContext<'_>) -> Result<Self, ConfigErrors> {
        let consumers = cx.resource::<Consumers>();
        let (source, keys) = config.resolve(consumers.as_deref())?;
        Ok(Self::new(keys).reading(source))
    }
}
