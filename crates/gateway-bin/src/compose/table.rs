//! The routes as the edge uses them: a router and a stack for each route.

use std::sync::Arc;

use gateway_core::contract::{Request, ResponseFuture, RouteService};
use gateway_core::facts::MatchedRoute;
use gateway_core::head::HeadPolicy;
use http::HeaderValue;
use http::request::Parts;
use tokio_util::task::TaskTracker;

use super::RoutePlan;
use crate::action::Transport;
use crate::rejection;
use crate::routing::RouteTable;

/// The routes as the edge uses them.
#[derive(Debug)]
pub struct RoutingTable {
    router: RouteTable<usize>,
    routes: Vec<Arc<Route>>,
    head: HeadPolicy,
}

/// A route's stack under its name.
#[derive(Debug)]
pub struct Route {
    name: Arc<str>,
    stack: RouteService,
}

impl Route {
    /// Runs the stack.
    pub fn respond(&self, request: Request) -> ResponseFuture {
        self.stack.respond(request)
    }
}

impl RoutingTable {
    /// Puts the stacks of `plans` together. What outlives its client becomes one of `tasks`.
    pub fn new(
        router: RouteTable<usize>,
        plans: &[RoutePlan],
        head: HeadPolicy,
        transport: Transport<'_>,
        tasks: &TaskTracker,
    ) -> Self {
        let routes = plans.iter().map(|plan| {
            Arc::new(Route {
                name: Arc::clone(&plan.name),
                stack: plan.stack(transport, tasks),
            })
        });
        Self {
            router,
            routes: routes.collect(),
            head,
        }
    }

    /// What heads may look like.
    pub fn head_policy(&self) -> &HeadPolicy {
        &self.head
    }

    /// The route for a request to `host`, with what its path caught.
    pub fn find(&self, parts: &Parts, host: &str) -> Option<(Arc<Route>, MatchedRoute)> {
        let found = self.router.find(parts, host)?;
        let route = Arc::clone(&self.routes[found.entry.action]);
        let matched = MatchedRoute::new(Arc::clone(&route.name), found.parameters);
        Some((route, matched))
    }

    /// The `Allow` field for a request that only its method keeps from a route.
    pub fn allowed_methods(&self, parts: &Parts, host: &str) -> Option<HeaderValue> {
        rejection::allow(&self.router.allowed_methods(parts, host))
    }
}
