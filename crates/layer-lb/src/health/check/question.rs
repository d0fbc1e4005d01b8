//! What an endpoint is asked.

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderValue, StatusCode};

use crate::config::{ExpectConfig, HealthCheckConfig, StatusRange};

/// How checks introduce themselves.
pub(super) const USER_AGENT: HeaderValue = HeaderValue::from_static("portcullis-health-check");

/// What an endpoint is asked.
#[derive(Clone, Debug)]
pub(super) enum Question {
    /// Whether it takes connections.
    Connect,
    /// A GET.
    Get(Get),
    /// `grpc.health.v1.Health/Check`, by its request.
    Grpc(Bytes),
}

/// A GET, and what its answer must be.
#[derive(Clone, Debug)]
pub(super) struct Get {
    pub(super) target: PathAndQuery,
    statuses: Vec<StatusRange>,
    /// What the body must contain.
    pub(super) body: Option<Bytes>,
}

impl Question {
    /// What `config` asks; `None` where it asks nothing, which is refused earlier.
    pub(super) fn new(config: &HealthCheckConfig) -> Option<Self> {
        if let Some(path) = &config.path {
            let expect = config.expect.as_deref();
            let get = Get::new(path, expect.unwrap_or(&ExpectConfig::default()))?;
            Some(Self::Get(get))
        } else if let Some(service) = &config.grpc {
            Some(Self::Grpc(super::grpc::request(service)))
        } else {
            config.tcp.is_some().then_some(Self::Connect)
        }
    }
}

impl Get {
    fn new(path: &str, expect: &ExpectConfig) -> Option<Self> {
        Some(Self {
            target: HealthCheckConfig::target(path)?,
            statuses: expect.status.to_vec(),
            body: expect
                .body
                .as_ref()
                .map(|body| Bytes::copy_from_slice(body.as_bytes())),
        })
    }

    /// Whether `status` is one of those expected.
    pub(super) fn expects(&self, status: StatusCode) -> bool {
        self.statuses.iter().any(|range| range.contains(status))
    }
}
