//! A gateway before several upstreams, each of which says its name.

use std::collections::BTreeMap;

use gateway_testkit::upstream::{Upstream, respond};
use gateway_testkit::{HttpClient, InProcessGateway};

use crate::passage::{LISTENER, upstream_section};
use crate::protocol::Protocol;

/// A gateway before upstreams `a` and `b`, each of which answers with its name.
pub(super) struct Crowd {
    pub(super) upstreams: BTreeMap<&'static str, Upstream>,
    gateway: InProcessGateway,
}

impl Crowd {
    /// With the rest of the file written out.
    pub(super) async fn with(rest: &str) -> Self {
        let mut upstreams = BTreeMap::new();
        let mut file = LISTENER.to_owned();
        for name in ["a", "b"] {
            let upstream = Upstream::start(respond::text(name)).await.unwrap();
            file += &upstream_section(name, upstream.address(), Protocol::Http1);
            upstreams.insert(name, upstream);
        }
        let gateway = InProcessGateway::start(&format!("{file}{rest}")).unwrap();
        Self { upstreams, gateway }
    }

    pub(super) async fn client(&self, protocol: Protocol) -> HttpClient {
        protocol
            .connect(self.gateway.address("public").unwrap())
            .await
    }
}
