//! The layer.

use std::sync::Arc;

use gateway_core::config::{ConfigError, ConfigErrors};
use gateway_core::contract::{BuildContext, FactFlow, GatewayLayer};
use http::HeaderMap;
use http::request::Parts;
use tower_layer::Layer;

use super::{Computed, Edits, HeadersConfig, HeadersService};

/// Sets, adds and removes header fields.
///
/// ```
/// use http::{HeaderName, HeaderValue, Request};
/// use layer_transform::headers::{Edits, HeadersLayer};
///
/// let mut request = Edits::new();
/// request.remove(HeaderName::from_static("x-debug")).unwrap();
/// let layer = HeadersLayer::new(request, Edits::new());
///
/// let (mut parts, ()) = Request::get("/").header("x-debug", "1").body(()).unwrap().into_parts();
/// layer.apply_request(&mut parts);
/// assert!(parts.headers.is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct HeadersLayer(Arc<Both>);

#[derive(Debug)]
struct Both {
    request: Edits,
    response: Edits,
}

impl HeadersLayer {
    /// A layer that edits requests on the way in and responses on the way out.
    pub fn new(request: Edits, response: Edits) -> Self {
        Self(Arc::new(Both { request, response }))
    }

    /// Edits a request; what comes back is for its response. All expressions see the request as it arrived.
    pub fn apply_request(&self, parts: &mut Parts) -> Computed {
        let for_request = self.0.request.compute(parts);
        let for_response = self.0.response.compute(parts);
        self.0.request.apply(for_request, &mut parts.headers);
        for_response
    }

    /// Edits the response to the request that `computed` is from.
    pub fn apply_response(&self, computed: Computed, headers: &mut HeaderMap) {
        self.0.response.apply(computed, headers);
    }
}

impl<S> Layer<S> for HeadersLayer {
    type Service = HeadersService<S>;

    fn layer(&self, inner: S) -> HeadersService<S> {
        HeadersService::new(self.clone(), inner)
    }
}

impl GatewayLayer for HeadersLayer {
    const TYPE: &'static str = "headers";
    type Config = HeadersConfig;
    type Layer = Self;

    fn facts(config: &HeadersConfig) -> FactFlow {
        FactFlow::new().needs_all(config.needs())
    }

    fn build(config: HeadersConfig, _: &BuildContext<'_>) -> Result<Self, ConfigErrors> {
        let mut errors = ConfigErrors::new();
        let request = config.request.edits(&mut errors);
        let response = config.response.edits(&mut errors);
        if errors.is_empty() && request.is_empty() && response.is_empty() {
            let help = "write what to do, as in `request = { remove = [\"x-debug\"] }`";
            errors.push(ConfigError::new("this `headers` layer changes nothing").help(help));
        }
        errors.or(Self::new(request, response))
    }
}
