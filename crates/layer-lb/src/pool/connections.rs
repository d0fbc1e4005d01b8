//! The connections to an endpoint, whatever it speaks.

use std::sync::Arc;

use super::auto_pool::{AutoPool, Found};
use super::connector::Connector;
use super::deadline::Deadline;
use super::http1::Http1Pool;
use super::http2::Http2Pool;
use super::spoken::Spoken;
use super::tls::{Offer, TlsClient};
use super::warmer::{Warm, Warmer};
use crate::config::{EndpointUrl, Protocol, UpstreamConfig};
use crate::counters::UpstreamCounters;
use crate::failure::Failure;

/// What opens connections to the endpoint at `url` for health checks, where `upstream` has any: each belongs to one
/// check, and to no pool. They offer what the check speaks.
pub(crate) fn connector_of_checks(
    url: &EndpointUrl,
    upstream: &UpstreamConfig,
    tls: Option<&TlsClient>,
    counters: &Arc<UpstreamCounters>,
) -> Option<Connector> {
    let check = upstream.health_check.as_ref()?;
    let offer = match upstream.protocol {
        Protocol::Http2 => Offer::Http2,
        Protocol::Http1 | Protocol::Auto if check.grpc.is_some() => Offer::Http2,
        Protocol::Http1 | Protocol::Auto => Offer::Http1,
    };
    let peer = tls.and_then(|tls| tls.peer(url, offer));
    Some(Connector::new(url, peer, upstream, Arc::clone(counters)))
}

/// The connections to an endpoint, whatever it speaks.
#[derive(Debug)]
pub(crate) enum Connections {
    /// To one that speaks HTTP/1.1.
    Http1(Arc<Http1Pool>),
    /// To one that speaks HTTP/2.
    Http2(Arc<Http2Pool>),
    /// To one that says which of them.
    Auto(Arc<AutoPool>),
}

impl Connections {
    /// To the endpoint at `url`, as `upstream` describes it, which shakes hands by `tls`.
    pub(crate) fn new(
        url: &EndpointUrl,
        upstream: &UpstreamConfig,
        tls: Option<&TlsClient>,
        counters: &Arc<UpstreamCounters>,
    ) -> Self {
        let connector = |offer| {
            let peer = tls.and_then(|tls| tls.peer(url, offer));
            Connector::new(url, peer, upstream, Arc::clone(counters))
        };
        let http1 = |connector| Arc::new(Http1Pool::new(connector, upstream, counters));
        let http2 = |connector| Arc::new(Http2Pool::new(connector, upstream, counters));
        match upstream.protocol {
            Protocol::Http1 => Self::Http1(http1(connector(Offer::Http1))),
            Protocol::Http2 => Self::Http2(http2(connector(Offer::Http2))),
            Protocol::Auto => {
                let spoken = Arc::new(Spoken::default());
                let http1 = http1(connector(Offer::Http1).forgetting(&spoken));
                let http2 = http2(connector(Offer::Http2).forgetting(&spoken));
                let auto = AutoPool::new(spoken, connector(Offer::Either), http1, http2);
                Self::Auto(Arc::new(auto))
            }
        }
    }

    /// The pool that is used, where that is known.
    pub(crate) fn found(&self) -> Option<Found<'_>> {
        match self {
            Self::Http1(pool) => Some(Found::Http1(pool)),
            Self::Http2(pool) => Some(Found::Http2(pool)),
            Self::Auto(auto) => auto.found(),
        }
    }

    /// The pool that is used, which is found out within what `deadline` allows.
    pub(crate) async fn find(&self, deadline: Deadline) -> Result<Found<'_>, Failure> {
        match self {
            Self::Http1(pool) => Ok(Found::Http1(pool)),
            Self::Http2(pool) => Ok(Found::Http2(pool)),
            Self::Auto(auto) => auto.find(deadline).await,
        }
    }

    /// Begins to hold `count` connections open, until what is returned is dropped. Needs a tokio runtime.
    pub(crate) fn keep_warm(&self, count: usize, counters: &Arc<UpstreamCounters>) -> Warmer {
        match self {
            Self::Http1(pool) => Warmer::start(pool, count, counters),
            Self::Http2(pool) => Warmer::start(pool, count, counters),
            Self::Auto(auto) => Warmer::start(auto, count, counters),
        }
    }

    /// Closes what is idle, and keeps nothing from now on; what is in flight goes on.
    pub(crate) fn retire(&self) {
        match self {
            Self::Http1(pool) => pool.retire(),
            Self::Http2(pool) => pool.retire(),
            Self::Auto(auto) => auto.retire(),
        }
    }
}

impl Warm for AutoPool {
    fn open_connections(&self) -> usize {
        AutoPool::open_connections(self)
    }

    async fn open_one(self: Arc<Self>) -> Result<(), Failure> {
        match self.found() {
            Some(Found::Http1(pool)) => Arc::clone(pool).open_one().await,
            Some(Found::Http2(pool)) => Arc::clone(pool).open_one().await,
            None => self.ask().await,
        }
    }
}
