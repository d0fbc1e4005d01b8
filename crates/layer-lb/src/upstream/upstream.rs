//! The handle of an upstream.

use std::sync::{Arc, Mutex, OnceLock};

use arc_swap::ArcSwap;
use gateway_core::config::ConfigErrors;
use gateway_core::contract::FactFlow;

use super::shared::Shared;
use super::tasks::Tasks;
use crate::admission::{Admission, Phase};
use crate::balance::{Balance, Picker};
use crate::config::UpstreamConfig;
use crate::counters::UpstreamCounters;
use crate::endpoint::Endpoint;
use crate::health::UpstreamHealth;
use crate::load::Load;
use crate::retry::Retries;
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
pub struct Upstream(pub(super) Arc<Shared>);

impl Upstream {
    /// The upstream `name`, as `config` describes it. Opens no connection yet, and needs no runtime.
    ///
    /// # Errors
    /// No endpoint, one that stands there twice, a weight outside 1 to 1000, a timeout of 0, another number out of its
    /// range, certificates that cannot be used; all at once.
    pub fn build(name: &str, config: &UpstreamConfig) -> Result<Self, ConfigErrors> {
        config.check().or(())?;
        let balance = Balance::new(&config.balance);
        let (name, counters) = (Arc::from(name), Arc::new(UpstreamCounters::new()));
        let admission = Admission::build(config.admission(), &name, &counters);
        let tls = config.tls_client()?;
        let upstream = Self(Arc::new(Shared {
            name,
            config: config.clone(),
            tls,
            limits: TimeLimits {
                request: config.timeout.request.get(),
                idle: config.timeout.idle.get(),
            },
            counters,
            load: Arc::new(Load::default()),
            health: Arc::new(UpstreamHealth::new(config)),
            retries: Retries::new(config)?,
            admission: admission.map(Box::new),
            members: Mutex::default(),
            picker: ArcSwap::from_pointee(Picker::build(&balance, Vec::new())),
            balance,
            is_cold: Arc::default(),
            tasks: OnceLock::new(),
        }));
        upstream.set_endpoints(config.endpoints.iter().map(|endpoint| &**endpoint));
        Ok(upstream)
    }

    /// Starts what the upstream does in the background, once; the first request does so too. Needs a tokio runtime.
    pub fn start(&self) {
        self.0.tasks.get_or_init(|| {
            self.warn();
            for endpoint in self.endpoints() {
                endpoint.start();
            }
            Tasks::start(self)
        });
    }

    /// Tells of what nobody should do.
    fn warn(&self) {
        let tls = self.0.config.tls.as_ref();
        if tls.is_some_and(|tls| tls.danger_accept_any_certificate) {
            tracing::warn!(
                upstream = self.name(),
                "ANY certificate is taken: anybody on the way to the endpoints can read and change what passes"
            );
        }
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

    /// Whether it is known where the endpoints are: always, unless they are discovered and were not found yet.
    pub fn is_found(&self) -> bool {
        self.0.config.discover.is_none() || self.members().iter().next().is_some()
    }

    /// How many endpoints nothing speaks against: no health check, no ejection.
    pub fn available_endpoints(&self) -> usize {
        let members = self.members().clone();
        members
            .iter()
            .filter(|member| member.endpoint.health().is_available())
            .count()
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

    /// The facts that a request must carry for its endpoint to be chosen.
    ///
    /// ```
    /// use gateway_core::facts::{FactId, Identity};
    /// use layer_lb::{Upstream, UpstreamConfig};
    ///
    /// let mut config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
    /// config.balance = serde_json::from_str(r#"{ "hash": "consumer" }"#)?;
    /// let upstream = Upstream::build("orders", &config)?;
    /// let missing: Vec<FactId> = upstream.facts().missing(&[]).collect();
    /// assert_eq!(missing, [FactId::of::<Identity>()]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn facts(&self) -> FactFlow {
        self.0.balance.facts()
    }

    /// The state of the circuit, where there is a circuit breaker: every state there is, and whether it is this one.
    pub fn circuit(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let now = self.admission().and_then(Admission::phase);
        let states = now.map_or(&[][..], |_| &Phase::ALL);
        states
            .iter()
            .map(move |state| (state.label(), Some(*state) == now))
    }

    /// How many requests may be in flight, as far as that is found out from how long they take; `None` without
    /// adaptive concurrency.
    pub fn concurrency_limit(&self) -> Option<usize> {
        self.admission().and_then(Admission::adaptive_limit)
    }

    /// Whether requests in flight are limited, so that the class of a request matters.
    pub fn sheds(&self) -> bool {
        self.admission().is_some_and(Admission::has_room)
    }
}
