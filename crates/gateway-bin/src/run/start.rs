//! From a configuration to a running gateway.

use std::io;
use std::sync::Arc;

use gateway_core::contract::RouteService;
use layer_lb::{EndpointClient, LoadBalanceLayer, Upstream};
use tokio_util::task::TaskTracker;
use tower::Layer;

use super::{Running, open_files};
use crate::action::Terms;
use crate::admin::Admin;
use crate::compose::Configuration;
use crate::metrics::Metrics;
use crate::server::{ConnectionLimits, Drain, Edge, Listener};

impl Configuration {
    /// Binds all addresses, then serves. Needs a tokio runtime.
    ///
    /// # Errors
    /// When an address cannot be bound; then none stays open.
    pub fn start(self) -> io::Result<Running> {
        let wanted: Vec<Option<usize>> = self
            .listeners
            .iter()
            .map(|plan| plan.max_connections)
            .collect();
        let files = open_files::limit();
        let shares = open_files::shares(files, &wanted);
        let listeners = self
            .listeners
            .iter()
            .zip(&shares)
            .map(|(plan, connections)| {
                let limits = ConnectionLimits {
                    fields: self.head.limits.fields,
                    ..plan.limits
                };
                let trusted = plan.trusted.clone();
                Listener::bind(&plan.name, plan.bind, limits, trusted, *connections).map_err(
                    |error| cannot_bind(&format!("listener `{}`", plan.name), plan.bind, &error),
                )
            });
        let listeners: Vec<Listener> = listeners.collect::<io::Result<_>>()?;
        let admin = self
            .admin
            .map(|bind| Admin::bind(bind).map_err(|error| cannot_bind("[admin]", bind, &error)))
            .transpose()?;

        warn_of_too_many(&shares, files);
        let (drain, connections, times) = (Drain::new(), TaskTracker::new(), self.drain);
        let upstreams = self.upstreams.clone();
        upstreams.iter().for_each(Upstream::start);
        let edge = Edge::new(self.into_table(&carrier, &connections));
        let metrics = Metrics::new(&listeners, Arc::clone(edge.rejections()), upstreams.clone());
        let mut running = Running::new(drain.clone(), times, connections.clone());
        running.keeps(edge.clone());
        for listener in listeners {
            let address = listener.address()?;
            let most = listener.seats().most();
            tracing::info!(listener = listener.name(), %address, most, "listening");
            running.listens(listener.name(), address);
            let accepting = listener.accept(edge.clone(), drain.clone(), connections.clone());
            running.owns(tokio::spawn(accepting));
        }
        if let Some(admin) = admin {
            let address = admin.address()?;
            tracing::info!(%address, "admin listening");
            running.answers_at(address);
            running.owns(tokio::spawn(admin.serve(drain, metrics, upstreams)));
        }
        Ok(running)
    }
}

/// The service that carries requests to `upstream` for real.
fn carrier(upstream: &Upstream, terms: &Terms) -> RouteService {
    let mut balance = LoadBalanceLayer::new(upstream.clone()).class(terms.class.clone());
    if let Some(timeout) = terms.timeout {
        balance = balance.request_timeout(timeout);
    }
    if let Some(retry) = &terms.retry {
        balance = balance.retry(retry);
    }
    RouteService::new(balance.layer(EndpointClient::new()))
}

/// More clients than there is room for are no error: upstreams may need less than half of the files.
fn warn_of_too_many(shares: &[usize], files: usize) {
    let room = open_files::for_clients(files);
    let clients = shares
        .iter()
        .fold(0, |sum: usize, one| sum.saturating_add(*one));
    if clients > room.max(shares.len()) {
        tracing::warn!(
            clients,
            room,
            files,
            "the listeners may have more clients than the limit of open files has room for: \
             raise the limit, or lower `max-connections`"
        );
    }
}

fn cannot_bind(what: &str, address: std::net::SocketAddr, error: &io::Error) -> io::Error {
    io::Error::new(
        error.kind(),
        format!("{what} cannot listen on {address}: {error}"),
    )
}
