//! A gateway under attack, with an honest client beside.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use gateway_testkit::raw_http2::RawHttp2;
use gateway_testkit::upstream::{Respond, Upstream};
use gateway_testkit::{Binary, GatewayProcess, HttpClient};
use tokio::time::{Instant, sleep, timeout};

use crate::passage::{ALL, LISTENER, upstream_section};
use crate::protocol::{PROTOCOLS, Protocol};

/// How much the peak of the process's memory may grow in an attack.
const GROWTH: u64 = 64 << 20;
/// How long an honest request may take meanwhile, on a machine that is busy.
const SANE: Duration = Duration::from_secs(5);
/// How often an honest client asks.
const PAUSE: Duration = Duration::from_millis(50);
/// How long an attack goes on at most.
pub(super) const ATTACK: Duration = Duration::from_secs(3);
/// The path that honest clients ask for.
pub(super) const HONEST: &str = "/honest";

/// A gateway process with an upstream behind it.
pub(super) struct Besieged<U = Upstream> {
    pub(super) upstream: U,
    gateway: GatewayProcess,
    grown: u64,
}

impl Besieged<()> {
    /// Before whatever listens at `address`.
    pub(super) async fn before_address(address: SocketAddr, protocol: Protocol) -> Self {
        let gateway = gateway("", address, protocol).await;
        Self {
            upstream: (),
            gateway,
            grown: 0,
        }
    }
}

impl Besieged {
    /// Before an upstream that answers as `respond` does, a request for [`HONEST`] included.
    pub(super) async fn before(respond: impl Respond) -> Self {
        Self::with("", Protocol::Http1, respond).await
    }

    /// As [`Self::before`], with these limits of a connection, and an upstream that speaks `protocol`.
    pub(super) async fn with(limits: &str, protocol: Protocol, respond: impl Respond) -> Self {
        let upstream = Upstream::start(respond).await.unwrap();
        let gateway = gateway(limits, upstream.address(), protocol).await;
        Self {
            upstream,
            gateway,
            grown: 0,
        }
    }
}

impl<U> Besieged<U> {
    /// Where clients reach the gateway.
    pub(super) fn address(&self) -> SocketAddr {
        self.gateway.address("public").unwrap()
    }

    /// An attacker's connection.
    pub(super) async fn attacker(&self) -> RawHttp2 {
        self.attacker_with(&[]).await
    }

    /// An attacker's connection with these settings.
    pub(super) async fn attacker_with(&self, settings: &[(u16, u32)]) -> RawHttp2 {
        RawHttp2::connect_with(self.address(), settings)
            .await
            .unwrap()
    }

    async fn client(&self, protocol: Protocol) -> HttpClient {
        protocol.connect(self.address()).await
    }

    /// Carries out `attack`. Meanwhile and afterwards honest clients are served, and the memory stays bounded.
    pub(super) async fn endures<T>(&mut self, attack: impl Future<Output = T>) -> T {
        self.serves().await;
        let before = self.gateway.process().usage().unwrap().rss;
        let outcome = {
            let mut attack = std::pin::pin!(attack);
            loop {
                tokio::select! {
                    outcome = &mut attack => break outcome,
                    () = async { self.serves().await; sleep(PAUSE).await } => {}
                }
            }
        };
        self.serves().await;
        let peak = self.gateway.process().usage().unwrap().peak_rss;
        self.grown = peak.saturating_sub(before);
        assert!(self.grown < GROWTH, "{} MiB of growth", self.grown >> 20);
        outcome
    }

    /// By how much the peak of the memory has grown in the last attack.
    pub(super) fn grown(&self) -> u64 {
        self.grown
    }

    /// Checks that a client of each protocol is served.
    async fn serves(&self) {
        for protocol in PROTOCOLS {
            let start = Instant::now();
            let asking = async { self.client(protocol).await.get(HONEST).await };
            let answer = timeout(SANE, asking).await;
            let answer = answer.unwrap_or_else(|_| panic!("{protocol:?}: nothing within {SANE:?}"));
            let answer = answer.unwrap();
            assert_eq!(
                answer.status,
                200,
                "{protocol:?} after {:?}",
                start.elapsed()
            );
        }
    }
}

async fn gateway(limits: &str, upstream: SocketAddr, protocol: Protocol) -> GatewayProcess {
    let main = upstream_section("main", upstream, protocol);
    let toml = format!("{LISTENER}http = {{ {limits} }}\n{main}{ALL}");
    Binary::find().unwrap().serve(&toml).await.unwrap()
}
