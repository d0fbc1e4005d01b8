//! A gateway with one upstream behind it.

use std::fmt::Display;
use std::net::SocketAddr;

use gateway_testkit::raw::RawConnection;
use gateway_testkit::upstream::{RecordedRequest, Respond, Upstream};
use gateway_testkit::{HttpClient, InProcessGateway};

use crate::protocol::Protocol;

/// The start of a file: a listener `public` on a free port.
pub(crate) const LISTENER: &str = "[listeners.public]\nbind = \"127.0.0.1:0\"\n";

/// A route `all` that sends every path to the upstream `main`.
pub(crate) const ALL: &str =
    "[[routes]]\nname = \"all\"\nmatch = { path = { prefix = \"/\" } }\nupstream = \"main\"\n";

/// The section of an upstream with one endpoint.
pub(crate) fn upstream_section(name: &str, endpoint: impl Display, protocol: Protocol) -> String {
    let protocol = protocol.name();
    format!("[upstreams.{name}]\nendpoints = [\"http://{endpoint}\"]\nprotocol = \"{protocol}\"\n")
}

/// A gateway that sends every request to one upstream. Both end when it is dropped.
pub(crate) struct Passage {
    pub(crate) upstream: Upstream,
    pub(crate) gateway: InProcessGateway,
}

impl Passage {
    /// Before an upstream that speaks `protocol` and answers as `respond` does.
    pub(crate) async fn to(protocol: Protocol, respond: impl Respond) -> Self {
        Self::with(protocol, respond, ALL).await
    }

    /// As [`Self::to`], with the rest of the file written out; the upstream is called `main`.
    pub(crate) async fn with(protocol: Protocol, respond: impl Respond, rest: &str) -> Self {
        let upstream = Upstream::start(respond).await.unwrap();
        let gateway = gateway_before(upstream.address(), protocol, rest);
        Self { upstream, gateway }
    }

    /// Where clients reach the gateway.
    pub(crate) fn address(&self) -> SocketAddr {
        self.gateway.address("public").unwrap()
    }

    /// A client with a connection of its own.
    pub(crate) async fn client(&self, protocol: Protocol) -> HttpClient {
        protocol.connect(self.address()).await
    }

    /// A connection to write bytes to.
    pub(crate) async fn raw(&self) -> RawConnection {
        RawConnection::connect(self.address()).await.unwrap()
    }

    /// What the upstream saw of the last request.
    pub(crate) fn seen(&self) -> RecordedRequest {
        self.upstream.requests().pop().unwrap()
    }
}

/// A gateway before the upstream `main` at `endpoint`.
pub(crate) fn gateway_before(
    endpoint: SocketAddr,
    protocol: Protocol,
    rest: &str,
) -> InProcessGateway {
    let main = upstream_section("main", endpoint, protocol);
    InProcessGateway::start(&format!("{LISTENER}{main}{rest}")).unwrap()
}
