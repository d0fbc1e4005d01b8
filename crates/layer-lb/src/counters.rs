//! What has happened between the gateway and the endpoints of an upstream.

use gateway_core::counter::Counter;
use gateway_core::facts::{FailureKind, UpstreamFailure};

/// Names each counter once: its field, its label, what it counts.
macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $field:ident, $label:literal;)+) => {
        /// How often what has happened on the connections to the endpoints of an upstream, since the process began.
        ///
        /// ```
        /// use layer_lb::{Upstream, UpstreamConfig};
        ///
        /// let config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
        /// let upstream = Upstream::build("orders", &config)?;
        /// for (label, counter) in upstream.counters().iter() {
        ///     println!("{label} {}", counter.get());
        /// }
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[derive(Debug, Default)]
        pub struct UpstreamCounters {
            $($(#[doc = $doc])+ pub $field: Counter,)+
        }

        impl UpstreamCounters {
            /// Each counter with its label, which is unique and never changes.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Counter)> {
                [$(($label, &self.$field)),+].into_iter()
            }
        }
    };
}

counters! {
    /// Connections that came about.
    opened, "connections-opened";
    /// Attempts to connect that failed, those that took too long not among them.
    connect_failed, "connect-failed";
    /// Attempts to connect that took too long.
    connect_timed_out, "connect-timeout";
    /// TLS handshakes that failed, which `connect-failed` counts too.
    tls_failed, "tls-failed";
    /// Connections that were opened before a request needed them.
    warmed, "connections-warmed";
    /// Requests that were sent over a connection that was kept.
    reused, "connections-reused";
    /// Idle connections that the endpoint had closed or spoilt, found out before a request was sent.
    stale, "connections-stale";
    /// Connections that were closed for their age or after as many requests as they may serve.
    aged, "connections-aged";
    /// Requests that were sent again over another connection, since the first had not processed them.
    retried, "requests-retried";
    /// Requests that were sent again, elsewhere where there was another endpoint, since no connection came about.
    retried_connect_failure, "retried-connect-failure";
    /// The same, since the connection ended before a response began or the endpoint refused to process them.
    retried_reset, "retried-reset";
    /// The same, since no response began in time.
    retried_timeout, "retried-timeout";
    /// The same, for the status of the response.
    retried_status, "retried-status";
    /// The same, for the status of gRPC in the response.
    retried_grpc_status, "retried-grpc-status";
    /// Requests that were not sent once more since the budget of retries was spent.
    retry_budget_exhausted, "retry-budget-exhausted";
    /// Requests that were not sent again since they may have been handled and must not be handled twice.
    not_retried_method, "not-retried-method";
    /// Requests that were not sent again since their body was too long to be remembered, or not yet sent.
    not_retried_body, "not-retried-body";
    /// Requests that were sent to a second endpoint while the first had not answered.
    hedges, "hedges";
    /// Those of them that the second endpoint answered first.
    hedges_won, "hedges-won";
    /// Requests that were refused since their client's deadline had passed.
    deadline_expired, "deadline-expired";
    /// Requests that were refused since too many waited for a connection, or since they had waited too long.
    overloaded, "requests-overloaded";
    /// Requests that were refused since as many were in flight as `limits.requests` says.
    capped, "requests-capped";
    /// Requests that were refused since as many were in flight as the upstream can take (`concurrency`).
    limited, "requests-limited";
    /// Requests of the class `background` that were refused to keep the room for others.
    shed_background, "shed-background";
    /// Requests of the class `default` that were refused to keep the room for critical ones.
    shed_default, "shed-default";
    /// Requests that were refused since the circuit was open, or not quite closed again.
    circuit_refused, "circuit-refused";
    /// Times that the circuit opened.
    circuit_opened, "circuit-opened";
    /// Times that the circuit closed again.
    circuit_closed, "circuit-closed";
    /// Responses that did not begin in time.
    request_timed_out, "request-timeout";
    /// Exchanges in which nothing passed for too long while the response was read.
    idle_timed_out, "idle-timeout";
    /// Connections that ended before a response began.
    reset, "responses-reset";
    /// Responses that broke off.
    cut_short, "responses-cut-short";
    /// Responses that were not well-formed HTTP.
    malformed, "responses-malformed";
    /// Requests whose body failed or was not sent in time by the client.
    request_body_failed, "request-body-failed";
    /// Exchanges that ended early since the client had gone, or another attempt was faster.
    cancelled, "requests-cancelled";
    /// Early hints (103) that were passed on.
    early_hints, "early-hints";
    /// Connections and streams that switched protocols.
    tunnels, "tunnels";
    /// Streams of HTTP/2 that the endpoint refused without processing them.
    streams_refused, "streams-refused";
    /// Connections of HTTP/2 on which the endpoint said goodbye (GOAWAY).
    goaways, "goaways";
    /// Connections of HTTP/2 that answered no ping.
    ping_timed_out, "ping-timeout";
    /// Health checks that passed.
    checks_passed, "health-checks-passed";
    /// Health checks that failed.
    checks_failed, "health-checks-failed";
    /// Endpoints that health checks found unhealthy, counted when they became so.
    became_unhealthy, "endpoints-unhealthy";
    /// Endpoints that health checks found healthy again.
    became_healthy, "endpoints-healthy";
    /// Endpoints that were ejected since requests failed, one after the other.
    ejected_consecutive, "ejections-consecutive-failures";
    /// Endpoints that were ejected since they failed more often than the others.
    ejected_success_rate, "ejections-success-rate";
    /// Ejections that did not happen since too many endpoints were out already.
    ejections_prevented, "ejections-prevented";
    /// Ejections that have ended, by time or by a health check.
    ejections_ended, "ejections-ended";
    /// Times that discovery changed the endpoints.
    discovery_changed, "discovery-changed";
    /// Times that the source of the endpoints (DNS, a file, etcd) could not be asked or did not answer.
    discovery_failed, "discovery-failed";
    /// Times that the source of the endpoints named none; the last ones are kept.
    discovery_empty, "discovery-empty";
    /// Times that what the source of the endpoints named was refused; what it named before is kept.
    discovery_refused, "discovery-refused";
}

impl UpstreamCounters {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// An exchange came to nothing. Attempts to connect are counted where they are made: many requests may wait
    /// for one.
    pub(crate) fn count(&self, failure: UpstreamFailure) {
        match failure.kind {
            FailureKind::Connect | FailureKind::ConnectTimeout | FailureKind::Unsupported => {}
            FailureKind::Overloaded => self.overloaded.increment(),
            FailureKind::Timeout => self.request_timed_out.increment(),
            FailureKind::Reset => self.reset.increment(),
            FailureKind::Malformed => self.malformed.increment(),
            FailureKind::RequestBody => self.request_body_failed.increment(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn labels_are_unique_and_each_shows_its_counter() {
        let counters = UpstreamCounters::new();
        counters.opened.add(3);
        let labels: HashSet<_> = counters.iter().map(|(label, _)| label).collect();
        assert_eq!(labels.len(), counters.iter().count());
        let opened = counters.iter().find(|(_, counter)| counter.get() == 3);
        assert_eq!(opened.map(|(label, _)| label), Some("connections-opened"));
    }
}
