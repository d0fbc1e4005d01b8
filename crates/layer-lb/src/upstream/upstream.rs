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
use crate::pool::TlsClient;
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
        let tls = config.needs_tls().then(|| {
            let tls = config.tls.clone().unwrap_or_default();
            TlsClient::build(&tls)
        });
        let tls = tls.transpose()?;
        let upstream = Self(Arc::new(Shared {
            name: name.into(),
            config: config.clone(),
            tls,
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
                shared.tls.as_ref(),
            )
        };
        let mut members = self.members();
        let before = members.clone();
        *members = members.merged(configs, build);
        self.rebuild_from(&members);
        before.without(&members).for_each(|gone| gone.retire());
        if shared.tasks.get().is_some() {
            members.iter().for_each(|member| member.endpoint.start());
        }
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
