//! `[[routes]]`

use gateway_core::config::{Located, Span};
use gateway_core::facts::FactId;
use layer_lb::{ClassRule, RetryConfig};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    ClientLeavesConfig, MirrorConfig, RedirectConfig, RespondConfig, RewriteConfig,
    RouteTimeoutConfig, ShareConfig, StickyConfig,
};
use crate::routing::MatchConfig;

/// Which requests, through which layers, to which end. Exactly one of `upstream`, `split`, `redirect` and
/// `respond`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(extend("oneOf" = one_end(), "dependentSchemas" = only_forwarding()))]
pub struct RouteConfig {
    /// The name, unique in the file; it labels logs and metrics.
    #[schemars(length(min = 1))]
    pub name: Located<String>,
    /// Ranks the route above all routes of lower priority, whatever they match; 0 by default.
    #[serde(default)]
    pub priority: i32,
    /// Which requests; all by default.
    #[serde(default)]
    pub r#match: MatchConfig,
    /// Layers around the route, inside the gateway-wide ones, in the order in which they run.
    #[serde(default)]
    pub layers: Vec<Located<String>>,
    /// Forwards to this upstream.
    pub upstream: Option<Located<String>>,
    /// Forwards to several upstreams by weight.
    #[schemars(length(min = 1))]
    pub split: Option<Located<Vec<ShareConfig>>>,
    /// What keeps a client with one upstream of the split.
    pub sticky: Option<Located<StickyConfig>>,
    /// Sends a copy of the requests to another upstream.
    pub mirror: Option<Located<MirrorConfig>>,
    /// How path and host change on the way to the upstream.
    pub rewrite: Option<Located<RewriteConfig>>,
    /// Time limits of this route.
    pub timeout: Option<Located<RouteTimeoutConfig>>,
    /// When requests are sent again; what is not said here is as the upstream says.
    pub retry: Option<Located<RetryConfig>>,
    /// How important the requests are, compared with others of the same upstream: as it has more in flight, the least
    /// important are refused first. `"default"` by default.
    #[schemars(extend("default" = "default"))]
    pub class: Option<Located<ClassRule>>,
    /// Whether clients may open WebSockets; they may not by default.
    #[schemars(extend("default" = false))]
    pub websocket: Option<Located<bool>>,
    /// What becomes of a request whose client goes away; it is cancelled by default.
    #[schemars(extend("default" = "cancel"))]
    pub when_client_leaves: Option<Located<ClientLeavesConfig>>,
    /// Points elsewhere.
    pub redirect: Option<Located<RedirectConfig>>,
    /// Answers from the file.
    pub respond: Option<Located<RespondConfig>>,
}

impl RouteConfig {
    /// The keys of which it depends on the request what they mean, with the facts that they read.
    pub fn reads(&self) -> Vec<(&'static str, Span, Vec<FactId>)> {
        let sticky = self.sticky.iter().filter_map(|sticky| match &**sticky {
            StickyConfig::Cel(key) => Some(("sticky", sticky.span(), key.needs().to_vec())),
            StickyConfig::Cookie(_) | StickyConfig::Header(_) => None,
        });
        let class = self.class.iter();
        sticky
            .chain(class.map(|class| ("class", class.span(), class.needs())))
            .collect()
    }
}

/// For the schema: a route has exactly one end.
fn one_end() -> Value {
    json!([
        { "required": ["upstream"] },
        { "required": ["split"] },
        { "required": ["redirect"] },
        { "required": ["respond"] },
    ])
}

/// For the schema: what only a route that forwards can have.
fn only_forwarding() -> Value {
    let forwards = json!([{ "required": ["upstream"] }, { "required": ["split"] }]);
    json!({
        "sticky": { "required": ["split"] },
        "mirror": { "anyOf": forwards },
        "rewrite": { "anyOf": forwards },
        "timeout": { "anyOf": forwards },
        "retry": { "anyOf": forwards },
        "class": { "anyOf": forwards },
        "websocket": { "anyOf": forwards },
        "when-client-leaves": { "anyOf": forwards },
    })
}
