//! The public trait of a layer that can be named in a file.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::{BuildContext, FactFlow, RouteLayer};
use crate::config::ConfigErrors;

/// A layer that an operator can name in the file by `type = "…"`.
///
/// The gateway's own layers come in through this trait too; there is no other door.
///
/// ```
/// use gateway_core::config::ConfigErrors;
/// use gateway_core::contract::{BuildContext, GatewayLayer, Request, handler, HandlerLayer, Next};
/// use http::HeaderValue;
///
/// /// Stamps a greeting onto each response.
/// struct Greeting;
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(rename_all = "kebab-case", deny_unknown_fields)]
/// struct GreetingConfig {
///     /// What to say.
///     text: String,
/// }
///
/// impl GatewayLayer for Greeting {
///     const TYPE: &'static str = "greeting";
///     type Config = GreetingConfig;
///     type Layer = HandlerLayer;
///
///     fn build(config: GreetingConfig, _: &BuildContext<'_>) -> Result<HandlerLayer, ConfigErrors> {
///         let text = HeaderValue::try_from(config.text)
///             .map_err(|_| gateway_core::config::ConfigError::new("`text` cannot stand in a header"))?;
///         Ok(handler(move |request: Request, next: Next| {
///             let text = text.clone();
///             async move {
///                 let mut response = next.run(request).await;
///                 response.headers_mut().insert("x-greeting", text);
///                 response
///             }
///         }))
///     }
/// }
/// ```
pub trait GatewayLayer: Sized + 'static {
    /// The value of `type` in the file, in kebab-case.
    const TYPE: &'static str;

    /// What the operator writes beside `type`, `mode` and `when`.
    type Config: DeserializeOwned + JsonSchema;

    /// The layer that comes of it.
    type Layer: RouteLayer;

    /// Which facts the layer needs and which it provides. A stack in which something is needed that nothing
    /// before it provides is refused when the file is loaded.
    fn facts(config: &Self::Config) -> FactFlow {
        let _ = config;
        FactFlow::new()
    }

    /// Makes the layer. Called once for each `[layers.NAME]`, so that all routes which name it share its
    /// state.
    ///
    /// # Errors
    /// Whatever is wrong with the configuration beyond its form, all of it at once. A finding without a
    /// place is shown at the layer's table.
    fn build(config: Self::Config, cx: &BuildContext<'_>) -> Result<Self::Layer, ConfigErrors>;
}
