//! All counters of a running gateway.

use std::fmt;
use std::sync::Arc;

use layer_lb::Upstream;
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

use super::sources::{Sources, Watched};
use crate::server::{Listener, RejectionCounters};

/// What all names begin with.
const PREFIX: &str = "portcullis";

/// All counters of a running gateway, in the text format of OpenMetrics 1.0, which Prometheus reads. The labels
/// come from the file and from constants alone, so that no client can make up series.
#[derive(Debug)]
pub struct Metrics(Registry);

impl Metrics {
    /// The counters of these `listeners`, of the edge behind them, and of the `upstreams`.
    pub fn new(
        listeners: &[Listener],
        rejections: Arc<RejectionCounters>,
        upstreams: Vec<Upstream>,
    ) -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let listeners = listeners.iter().map(|listener| Watched {
            name: listener.name().to_owned(),
            counters: Arc::clone(listener.counters()),
            seats: Arc::clone(listener.seats()),
        });
        registry.register_collector(Box::new(Sources {
            listeners: listeners.collect(),
            rejections,
            upstreams,
        }));
        Self(registry)
    }

    /// What they say now.
    ///
    /// # Errors
    /// Never, in truth: a text takes whatever is written to it.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.0)?;
        Ok(out)
    }
}
