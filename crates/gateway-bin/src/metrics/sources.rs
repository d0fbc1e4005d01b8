//! Where the counters are, and under which names they are told.

use std::fmt;
use std::sync::Arc;

use layer_lb::Upstream;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::family::{counter, gauge};
use crate::server::{Ending, ListenerCounters, RejectionCounters, Seats};

/// Where the counters are.
#[derive(Debug)]
pub(super) struct Sources {
    pub(super) listeners: Vec<Watched>,
    pub(super) rejections: Arc<RejectionCounters>,
    pub(super) upstreams: Vec<Upstream>,
}

/// A listener.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) name: String,
    pub(super) counters: Arc<ListenerCounters>,
    pub(super) seats: Arc<Seats>,
}

impl Collector for Sources {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.listeners(&mut encoder)?;
        self.rejections(&mut encoder)?;
        self.upstreams(&mut encoder)
    }
}

impl Sources {
    fn listeners(&self, to: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let each = |count: fn(&Watched) -> u64| {
            let listeners = self.listeners.iter();
            listeners.map(move |listener| ([("listener", listener.name.as_str())], count(listener)))
        };
        counter(
            to,
            "listener_connections_accepted",
            "Connections accepted, those closed at once among them",
            each(|listener| listener.counters.accepted.get()),
        )?;
        gauge(
            to,
            "listener_connections_open",
            "Connections open now",
            each(|listener| listener.seats.taken() as u64),
        )?;
        gauge(
            to,
            "listener_connections_limit",
            "Most connections that may be open at once",
            each(|listener| listener.seats.most() as u64),
        )?;
        counter(
            to,
            "listener_connections_ended",
            "Connections, or streams of them, that the gateway ended by itself, by reason",
            self.listeners.iter().flat_map(|listener| {
                Ending::ALL.map(|reason| {
                    let name = listener.name.as_str();
                    let labels = [("listener", name), ("reason", reason.label())];
                    (labels, listener.counters.ended(reason).get())
                })
            }),
        )?;
        counter(
            to,
            "listener_accept_failures",
            "Times that accepting a connection failed",
            each(|listener| listener.counters.failed_accepts.get()),
        )?;
        counter(
            to,
            "listener_dropped_fields",
            "Header fields dropped for the underscore in their name",
            each(|listener| listener.counters.dropped_fields.get()),
        )?;
        counter(
            to,
            "listener_tunnels",
            "Connections, or streams of them, that switched to WebSocket",
            each(|listener| listener.counters.tunnels.get()),
        )
    }

    fn rejections(&self, to: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let mut codes: Vec<_> = self.rejections.iter().collect();
        codes.sort_unstable();
        let codes = codes
            .into_iter()
            .map(|(code, count)| ([("code", code.as_str())], count));
        let beyond = self.rejections.beyond();
        let beyond = (beyond > 0).then_some(([("code", "other")], beyond));
        counter(
            to,
            "rejections",
            "Requests refused, by the code of the refusal",
            codes.chain(beyond),
        )
    }

    fn upstreams(&self, to: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let each = |count: fn(&Upstream) -> usize| {
            let upstreams = self.upstreams.iter();
            upstreams.map(move |upstream| ([("upstream", upstream.name())], count(upstream) as u64))
        };
        gauge(
            to,
            "upstream_endpoints",
            "Endpoints",
            each(|upstream| upstream.endpoints().len()),
        )?;
        gauge(
            to,
            "upstream_endpoints_available",
            "Endpoints that neither health checks nor ejection speak against",
            each(Upstream::available_endpoints),
        )?;
        gauge(
            to,
            "upstream_requests_in_flight",
            "Requests in flight to an upstream now",
            each(Upstream::in_flight),
        )?;
        gauge(
            to,
            "upstream_concurrency_limit",
            "Most requests in flight that the latency of an upstream allows now",
            self.upstreams.iter().filter_map(|upstream| {
                let limit = upstream.concurrency_limit()?;
                Some(([("upstream", upstream.name())], limit as u64))
            }),
        )?;
        gauge(
            to,
            "upstream_circuit",
            "The state of the circuit of an upstream: 1 for the one it is in",
            self.upstreams.iter().flat_map(|upstream| {
                upstream.circuit().map(|(state, is_now)| {
                    let labels = [("upstream", upstream.name()), ("state", state)];
                    (labels, u64::from(is_now))
                })
            }),
        )?;
        counter(
            to,
            "upstream_events",
            "What has happened on the connections to an upstream, by event",
            self.upstreams.iter().flat_map(|upstream| {
                let counters = upstream.counters().iter();
                counters.map(|(event, counter)| {
                    let labels = [("upstream", upstream.name()), ("event", event)];
                    (labels, counter.get())
                })
            }),
        )
    }
}
