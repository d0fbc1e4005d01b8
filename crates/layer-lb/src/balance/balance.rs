//! How the endpoints of an upstream are chosen.

use std::sync::Arc;

use gateway_core::contract::FactFlow;
use gateway_core::facts::Scheme;
use http::{HeaderValue, Request};

use super::Affinity;
use super::method::Method;
use super::round_robin::Turns;
use super::sticky_cookie::StickyCookie;
use crate::config::{BalanceConfig, LoadBound};

/// How the endpoints of an upstream are chosen, whichever they are: from it and from them a
/// [`Picker`](super::Picker) is built.
///
/// ```
/// use http::Request;
/// use layer_lb::BalanceConfig;
/// use layer_lb::balance::{Affinity, Balance};
///
/// let config: BalanceConfig = serde_json::from_str(r#"{ "hash": { "header": "x-user" } }"#)?;
/// let balance = Balance::new(&config);
/// let mut request = Request::get("/").header("x-user", "ada").body(())?;
/// assert!(matches!(balance.affinity(&mut request), Affinity::Hash(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Balance {
    pub(super) method: Method,
    pub(super) turns: Turns,
}

impl Balance {
    /// As `config` says.
    pub fn new(config: &BalanceConfig) -> Self {
        let method = match config {
            BalanceConfig::LeastRequest => Method::LeastRequest,
            BalanceConfig::RoundRobin => Method::RoundRobin,
            BalanceConfig::PeakEwma => Method::PeakEwma,
            BalanceConfig::Random => Method::Random,
            BalanceConfig::Hash(config) => Method::Hash {
                key: config.key.key().clone(),
                bound: config.load_bound.map(LoadBound::factor),
            },
            BalanceConfig::Sticky(config) => Method::Sticky(Arc::new(StickyCookie::new(config))),
        };
        Self {
            method,
            turns: Turns::default(),
        }
    }

    /// The facts that a request must carry.
    pub fn facts(&self) -> FactFlow {
        match &self.method {
            Method::Hash { key, .. } => key.facts(),
            _ => FactFlow::new(),
        }
    }

    /// What ties `request` to an endpoint, if anything does. The request stays as it is.
    pub fn affinity<B: Default>(&self, request: &mut Request<B>) -> Affinity {
        match &self.method {
            Method::Hash { key, .. } => key.hash(request).map_or(Affinity::None, Affinity::Hash),
            Method::Sticky(cookie) => {
                let id = cookie.read(request.headers());
                id.map_or(Affinity::None, Affinity::Endpoint)
            }
            _ => Affinity::None,
        }
    }

    /// The cookie that ties the client to the endpoint `id`, which has served a request that `affinity` had tied to
    /// another one or to none. The request came by `scheme`, as far as is known.
    pub fn new_cookie(
        &self,
        affinity: Affinity,
        id: u64,
        scheme: Option<Scheme>,
    ) -> Option<HeaderValue> {
        match &self.method {
            Method::Sticky(cookie) if affinity != Affinity::Endpoint(id) => {
                cookie.issue(id, scheme == Some(Scheme::Https))
            }
            _ => None,
        }
    }

    /// Whether responses may carry a cookie.
    pub(crate) fn is_sticky(&self) -> bool {
        matches!(self.method, Method::Sticky(_))
    }

    /// Whether anybody asks for the latency of the endpoints.
    pub(crate) fn heeds_latency(&self) -> bool {
        matches!(self.method, Method::PeakEwma)
    }
}
