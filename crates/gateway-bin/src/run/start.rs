//! From a configuration to a running gateway.

use std::io;
use std::time::Duration;

use gateway_core::contract::RouteService;
use layer_lb::{EndpointClient, LoadBalanceLayer, Upstream};
use tokio_util::task::TaskTracker;
use tower::Layer;

use super::Running;
use crate::admin::Admin;
use crate::compose::Configuration;
use crate::server::{ConnectionLimits, Drain, Edge, Listener};

impl Configuration {
    /// Binds all addresses, then serves. Needs a tokio runtime.
    ///
    /// # Errors
    /// When an address cannot be bound; then none stays open.
    pub fn start(self) -> io::Result<Running> {
        let listeners = self.listeners.iter().map(|plan| {
            let limits = ConnectionLimits {
                fields: self.head.limits.fields,
                ..plan.limits
            };
            Listener::bind(&plan.name, plan.bind, limits, plan.trusted.clone()).map_err(|error| {
                cannot_bind(&format!("listener `{}`", plan.name), plan.bind, &error)
            })
        });
        let listeners: Vec<Listener> = listeners.collect::<io::Result<_>>()?;
        let admin = self
            .admin
            .map(|bind| Admin::bind(bind).map_err(|error| cannot_bind("[admin]", bind, &error)))
            .transpose()?;

        let (drain, connections, times) = (Drain::new(), TaskTracker::new(), self.drain);
        let edge = Edge::new(self.into_table(&carrier));
        let mut running = Running::new(drain.clone(), times, connections.clone());
        for listener in listeners {
            let address = listener.address()?;
            tracing::info!(listener = listener.name(), %address, "listening");
            running.listens(listener.name(), address);
            let accepting = listener.accept(edge.clone(), drain.clone(), connections.clone());
            running.owns(tokio::spawn(accepting));
        }
        if let Some(admin) = admin {
            let address = admin.address()?;
            tracing::info!(%address, "admin listening");
            running.answers_at(address);
            running.owns(tokio::spawn(admin.serve(drain)));
        }
        Ok(running)
    }
}

/// The service that carries requests to `upstream` for real.
fn carrier(upstream: &Upstream, request_timeout: Option<Duration>) -> RouteService {
    let mut balance = LoadBalanceLayer::new(upstream.clone());
    if let Some(timeout) = request_timeout {
        balance = balance.request_timeout(timeout);
    }
    RouteService::new(balance.layer(EndpointClient::new()))
}

fn cannot_bind(what: &str, address: std::net::SocketAddr, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("{what} cannot listen on {address}: {error}"),
    )
}
