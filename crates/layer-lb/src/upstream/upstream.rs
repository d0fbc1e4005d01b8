//! The handle of an upstream.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use gateway_core::config::ConfigErrors;
use gateway_core::contract::FactFlow;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::members::Members;
use super::shared::Shared;
use super::slow_start::warm_up;
use super::tasks::Tasks;
use super::weak::WeakUpstream;
use crate::admission::{Admission, Class, Phase, Refusal, Seat};
use crate::balance::{Balance, Candidate, Choice, Picker, slow_start};
use crate::config::{EndpointConfig, UpstreamConfig};
use crate::counters::UpstreamCounters;
use crate::discovery::Source;
use crate::endpoint::Endpoint;
use crate::flight::Flight;
use crate::health::{self, EndpointHealth, Standing, UpstreamHealth, least_standing};
use crate::load::Load;
use crate::outcome::Outcome;
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
pub struct Upstream(Arc<Shared>);

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

    /// How its endpoints are chosen.
    pub(crate) fn balance(&self) -> &Balance {
        &self.0.balance
    }

    /// How it is judged whether an endpoint may be chosen.
    pub(crate) fn health(&self) -> &Arc<UpstreamHealth> {
        &self.0.health
    }

    /// What is known of requests that are sent more than once.
    pub(crate) fn retries(&self) -> &Retries {
        &self.0.retries
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

    /// Lets a request of `class` in, or says why not. The place it holds is its own until its flight has begun.
    pub(crate) fn admit(&self, class: Class, now: Instant) -> Result<Seat<'_>, Refusal> {
        match self.admission() {
            None => Ok(Seat::uncounted()),
            Some(admission) => admission.admit(class, &self.0.load, now),
        }
    }

    /// Whether a request of `class` that was let in may be tried again, or twice.
    pub(crate) fn admits_retry(&self, class: Class) -> bool {
        self.admission()
            .is_none_or(|admission| admission.admits_retry(class, &self.0.load))
    }

    /// From now on some requests are critical, and room is kept for them.
    pub(crate) fn keep_for_critical(&self) {
        if let Some(admission) = self.admission() {
            admission.keep_for_critical();
        }
    }

    fn admission(&self) -> Option<&Admission> {
        self.0.admission.as_deref()
    }

    /// The upstream as its background tasks may know it.
    pub(crate) fn downgrade(&self) -> WeakUpstream {
        WeakUpstream(Arc::downgrade(&self.0))
    }

    /// Starts the task that gives endpoints their weight back, where `slow-start` says so.
    pub(super) fn start_warming(&self) -> Option<AbortHandle> {
        let window = self.0.config.slow_start.get();
        let warm_up = || warm_up(self.downgrade(), Arc::clone(&self.0.is_cold), window);
        (!window.is_zero()).then(|| tokio::spawn(warm_up()).abort_handle())
    }

    /// Where the endpoints are found while the upstream is used, unless the file names them.
    pub(super) fn source(&self) -> Option<Source> {
        let discover = self.0.config.discover.as_ref()?;
        discover.source(&mut ConfigErrors::new())
    }

    pub(super) fn from_shared(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// From now on the endpoints are these. Those that stay keep all that is known of them; those that go get no
    /// more requests, and what is in flight there may finish.
    pub(crate) fn set_endpoints<'a>(&self, configs: impl IntoIterator<Item = &'a EndpointConfig>) {
        let shared = &self.0;
        let mut members = self.members();
        // One that joins others gets no requests before its first check has ended.
        let joins = members
            .iter()
            .any(|member| member.endpoint.health().is_available());
        let waits = joins && shared.health.has_checks();
        let now = Instant::now();
        let build = |config: &EndpointConfig| {
            Endpoint::new(
                &shared.name,
                config,
                &shared.config,
                &shared.counters,
                &shared.load,
                EndpointHealth::new(waits, now),
                shared.tls.as_ref(),
            )
        };
        let merged = members.merged(configs, build);
        *members = merged.members;
        self.rebuild_from(&members);
        if shared.tasks.get().is_some() {
            members.iter().for_each(|member| member.endpoint.start());
        }
        drop(members);
        merged.gone.iter().for_each(|gone| gone.retire());
        shared.health.members_changed();
    }

    /// Something has changed that the choice of endpoints depends on.
    pub(crate) fn rebuild(&self) {
        self.rebuild_from(&self.members());
    }

    fn rebuild_from(&self, members: &Members) {
        // Read once: a change in between has it built again.
        let standings: Vec<Standing> = members
            .iter()
            .map(|member| member.endpoint.health().standing())
            .collect();
        let otherwise = self.0.health.when_all_unhealthy();
        let least = least_standing(standings.iter().copied(), otherwise);
        let now = Instant::now();
        let mut is_any_cold = false;
        let candidates = members.iter().zip(&standings).map(|(member, standing)| {
            let endpoint = &member.endpoint;
            let is_available = least.is_some_and(|least| *standing >= least);
            let warmth = self.warmth(endpoint, now);
            is_any_cold |= is_available && warmth < 1.0;
            Candidate {
                endpoint: Arc::clone(endpoint),
                id: endpoint.id(),
                weight: member.weight,
                priority: member.priority,
                is_available,
                warmth,
            }
        });
        let picker = Picker::build(&self.0.balance, candidates.collect());
        self.0.picker.store(Arc::new(picker));
        if is_any_cold {
            self.0.is_cold.notify_one();
        }
    }

    /// How much of its weight `endpoint` has.
    fn warmth(&self, endpoint: &Endpoint, now: Instant) -> f64 {
        let window = self.0.config.slow_start.get();
        if window.is_zero() {
            return 1.0;
        }
        let available = now.saturating_duration_since(endpoint.health().available_since());
        slow_start::warmth(available, window)
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
            .pick(choice.in_flight(self.in_flight()))
            .map(|endpoint| Flight::begin(Arc::clone(endpoint)))
    }

    /// An attempt at `endpoint` has ended.
    pub(crate) fn observe(&self, endpoint: &Arc<Endpoint>, outcome: Outcome) {
        if self.0.balance.heeds_latency() {
            outcome.teach(endpoint.latency());
        }
        health::observe(self, endpoint, outcome.ending);
        self.0.retries.learn(outcome);
        if let Some(admission) = self.admission() {
            admission.observe(&outcome, Instant::now());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum_core::body::Body;
    use http::{Request, Response};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::timeout;
    use tower::{Layer, ServiceExt};

    use super::*;
    use crate::{EndpointClient, LoadBalanceLayer};

    const SOON: Duration = Duration::from_secs(5);

    async fn listen() -> (TcpListener, EndpointConfig) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        (
            listener,
            EndpointConfig::from(url.parse::<crate::EndpointUrl>().unwrap()),
        )
    }

    /// A connection, with its first request read.
    async fn accept(listener: &TcpListener) -> TcpStream {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 1000]).await.unwrap() > 0);
        stream
    }

    fn send(upstream: &Upstream) -> impl Future<Output = Response<Body>> + use<> {
        let proxy = LoadBalanceLayer::new(upstream.clone()).layer(EndpointClient::new());
        let response = proxy.oneshot(Request::new(Body::empty()));
        async { response.await.unwrap() }
    }

    #[tokio::test]
    async fn connections_to_an_endpoint_that_has_gone_end_once_they_have_nothing_to_do() {
        let (listener, old) = listen().await;
        let (_other, new) = listen().await;
        let upstream = Upstream::build("test", &UpstreamConfig::new([old.url.clone()])).unwrap();
        let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

        let first = tokio::spawn(send(&upstream));
        let mut idle = accept(&listener).await;
        let second = tokio::spawn(send(&upstream));
        let mut busy = accept(&listener).await;
        idle.write_all(ok).await.unwrap();
        assert_eq!(first.await.unwrap().status(), 200);
        // Kept for another request.
        let kept = timeout(Duration::from_millis(50), idle.read_u8()).await;
        assert!(kept.is_err());

        upstream.set_endpoints([&new]);
        let end = timeout(SOON, idle.read(&mut [0])).await.unwrap();
        assert_eq!(end.unwrap(), 0);
        busy.write_all(ok).await.unwrap();
        assert_eq!(second.await.unwrap().status(), 200);
        let end = timeout(SOON, busy.read(&mut [0])).await.unwrap();
        assert_eq!(end.unwrap(), 0);
    }

    #[tokio::test]
    async fn connections_over_http2_to_an_endpoint_that_has_gone_finish_their_streams() {
        let (listener, old) = listen().await;
        let (_other, new) = listen().await;
        let mut config = UpstreamConfig::new([old.url.clone()]);
        config.protocol = crate::Protocol::Http2;
        let upstream = Upstream::build("test", &config).unwrap();
        let response = tokio::spawn(send(&upstream));
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let (_, mut respond) = connection.accept().await.unwrap().unwrap();
        upstream.set_endpoints([&new]);
        let ended = tokio::spawn(async move { while connection.accept().await.is_some() {} });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!ended.is_finished());
        respond.send_response(Response::new(()), true).unwrap();
        let response = response.await.unwrap();
        assert_eq!(response.status(), 200);
        drop(response);
        timeout(SOON, ended).await.unwrap().unwrap();
    }
}
