//! A service behind the gateway.

use std::sync::Arc;

use gateway_core::config::ConfigErrors;

use crate::balance::RoundRobin;
use crate::config::{BalanceConfig, UpstreamConfig};
use crate::counters::UpstreamCounters;
use crate::endpoint::Endpoint;
use crate::time_limits::TimeLimits;

/// A service behind the gateway: its endpoints, the connections to them, and whose turn it is. Cheap to
/// clone; all clones share that state, so that what one route learns all routes know.
///
/// Idle connections close when the last clone is dropped; a response that is still being read may finish.
///
/// ```
/// use layer_lb::{Upstream, UpstreamConfig};
///
/// let config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?, "http://10.0.0.6:9000".parse()?]);
/// let upstream = Upstream::build("orders", &config)?;
/// assert_eq!(upstream.name(), "orders");
/// assert_eq!(upstream.endpoints()[1].authority(), "10.0.0.6:9000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Upstream(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    name: Arc<str>,
    endpoints: Box<[Arc<Endpoint>]>,
    balance: RoundRobin,
    limits: TimeLimits,
    counters: Arc<UpstreamCounters>,
}

impl Upstream {
    /// The upstream `name`, as `config` describes it. Opens no connection yet, and needs no runtime.
    ///
    /// # Errors
    /// No endpoint, one that stands there twice, a weight outside 1 to 1000, a timeout of 0, another number out of its
    /// range; all at once.
    pub fn build(name: &str, config: &UpstreamConfig) -> Result<Self, ConfigErrors> {
        config.check().or(())?;
        let name: Arc<str> = name.into();
        let counters = Arc::new(UpstreamCounters::new());
        let endpoint = |endpoint| Arc::new(Endpoint::new(&name, endpoint, config, &counters));
        let endpoints: Box<[_]> = config
            .endpoints
            .iter()
            .map(|config| endpoint(config))
            .collect();
        let balance = match config.balance {
            BalanceConfig::RoundRobin => {
                RoundRobin::new(endpoints.iter().map(|endpoint| endpoint.weight()))
            }
        };
        Ok(Self(Arc::new(Shared {
            name,
            endpoints,
            balance,
            limits: TimeLimits {
                request: config.timeout.request.get(),
                idle: config.timeout.idle.get(),
            },
            counters,
        })))
    }

    /// The name of the upstream in the file.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The endpoints, in the order of the file.
    pub fn endpoints(&self) -> &[Arc<Endpoint>] {
        &self.0.endpoints
    }

    /// How long an exchange may take where a route does not say otherwise.
    pub fn limits(&self) -> TimeLimits {
        self.0.limits
    }

    /// How often what has happened on the connections to the endpoints.
    pub fn counters(&self) -> &UpstreamCounters {
        &self.0.counters
    }

    /// The endpoint whose turn it is.
    pub(crate) fn choose(&self) -> Option<&Arc<Endpoint>> {
        self.0.endpoints.get(self.0.balance.next()?)
    }
}
