//! Everything a file says, valid.

use std::net::SocketAddr;

use gateway_core::head::{HeadPolicy, TrustedProxies};
use layer_lb::Upstream;
use tokio_util::task::TaskTracker;

use super::{RoutePlan, RoutingTable};
use crate::action::Transport;
use crate::routing::RouteTable;
use crate::server::{ConnectionLimits, DrainTimes};

/// Everything a file says, valid: no reference leads nowhere, no two routes tie. No port is open yet.
#[derive(Debug)]
pub struct Configuration {
    /// The addresses to serve on.
    pub listeners: Vec<ListenerPlan>,
    /// The address for liveness, readiness and metrics.
    pub admin: Option<SocketAddr>,
    /// How to shut down.
    pub drain: DrainTimes,
    /// What heads may look like.
    pub head: HeadPolicy,
    /// Which route takes which request: indices into `plans`.
    pub router: RouteTable<usize>,
    /// The upstreams, in the order of their names.
    pub upstreams: Vec<Upstream>,
    /// The routes.
    pub plans: Vec<RoutePlan>,
}

/// One listener to be.
#[derive(Clone, Debug)]
pub struct ListenerPlan {
    /// The listener's name in the file.
    pub name: String,
    /// The address to bind.
    pub bind: SocketAddr,
    /// What it allows a connection.
    pub limits: ConnectionLimits,
    /// Most clients at once; `None` where the limit of open files decides.
    pub max_connections: Option<usize>,
    /// Whose word about the client it takes.
    pub trusted: TrustedProxies,
}

impl Configuration {
    /// Puts the stacks together, with `transport` to carry requests to the upstreams; what outlives its client
    /// becomes one of `tasks`.
    pub fn into_table(self, transport: Transport<'_>, tasks: &TaskTracker) -> RoutingTable {
        RoutingTable::new(self.router, &self.plans, self.head, transport, tasks)
    }
}
