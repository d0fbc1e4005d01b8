//! How endpoints are checked.

use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;

use super::super::check_state::Thresholds;
use super::super::rhythm::Rhythm;
use super::http2::Place;
use super::question::Question;
use super::{Fault, http1, http2};
use crate::config::{HealthCheckConfig, Protocol};
use crate::endpoint::Endpoint;

/// How endpoints are checked: what they are asked, when, and what follows from the answers.
#[derive(Clone, Debug)]
pub(in crate::health) struct Check {
    question: Question,
    /// The host that is asked for, unless it is the endpoint's.
    host: Option<HeaderValue>,
    protocol: Protocol,
    /// How long one check may take.
    pub(in crate::health) timeout: Duration,
    pub(in crate::health) thresholds: Thresholds,
    pub(in crate::health) rhythm: Rhythm,
    wants_traffic: bool,
}

impl Check {
    /// As `config` says, which has been checked, for an upstream that speaks `protocol`.
    pub(in crate::health) fn new(config: &HealthCheckConfig, protocol: Protocol) -> Option<Self> {
        let interval = config.interval.get();
        let other = |other: &Option<
            gateway_core::config::Located<gateway_core::config::Duration>,
        >| { other.map_or(interval, |other| other.get()) };
        Some(Self {
            question: Question::new(config)?,
            host: config.host.as_ref().map(|host| (***host).clone()),
            protocol,
            timeout: config.timeout.get(),
            thresholds: Thresholds {
                healthy: *config.healthy,
                unhealthy: *config.unhealthy,
            },
            rhythm: Rhythm {
                interval,
                unhealthy: other(&config.interval_unhealthy),
                idle: other(&config.interval_idle),
                jitter: config.jitter.fraction(),
            },
            wants_traffic: config.interval_idle.is_some(),
        })
    }

    /// Whether there is an interval of its own for upstreams without requests.
    pub(in crate::health) fn wants_traffic(&self) -> bool {
        self.wants_traffic
    }

    /// Whether the service itself answers. The system takes connections for a process that is frozen.
    pub(in crate::health) fn asks_the_service(&self) -> bool {
        !matches!(self.question, Question::Connect)
    }

    /// Asks `endpoint` over a connection of its own, which must be there by `deadline`.
    pub(in crate::health) async fn ask(
        &self,
        endpoint: &Endpoint,
        deadline: Instant,
    ) -> Result<(), Fault> {
        let Some(connector) = endpoint.connector_of_checks() else {
            return Err(Fault::Connect("there is no way to it".to_owned()));
        };
        let stream = connector.connect(deadline, None).await;
        let stream = stream.map_err(|failure| Fault::Connect(failure.cause().to_owned()))?;
        let host = self.host.as_ref().unwrap_or(endpoint.host_field());
        let place = Place {
            host,
            is_tls: endpoint.url().is_tls(),
        };
        match (&self.question, self.protocol) {
            (Question::Connect, _) => Ok(()),
            (Question::Get(get), Protocol::Http2) => http2::get(stream, get, place).await,
            (Question::Get(get), Protocol::Http1 | Protocol::Auto) => {
                http1::get(stream, get, host).await
            }
            (Question::Grpc(message), _) => http2::call(stream, message.clone(), place).await,
        }
    }
}
