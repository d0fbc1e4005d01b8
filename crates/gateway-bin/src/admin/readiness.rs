//! Whether the gateway should get requests yet.

use std::time::Duration;

use layer_lb::Upstream;
use tokio::time::Instant;

/// So long endpoints that are discovered are waited for; a source that is away must not keep all else from being
/// served. Envoy's `initial_fetch_timeout`, which is 15 s there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the gateway should get requests yet: once every upstream has endpoints, or has had the time to find some.
#[derive(Clone, Debug)]
pub(super) struct Readiness {
    upstreams: Vec<Upstream>,
    start: Instant,
}

impl Readiness {
    /// Waits for these `upstreams`, which begin to look for their endpoints now.
    pub(super) fn new(upstreams: Vec<Upstream>) -> Self {
        Self {
            upstreams,
            start: Instant::now(),
        }
    }

    /// Whether it should get requests.
    pub(super) fn is_ready(&self) -> bool {
        self.start.elapsed() >= PATIENCE || self.upstreams.iter().all(Upstream::is_found)
    }
}

#[cfg(test)]
mod tests {
    use layer_lb::UpstreamConfig;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_not_found_is_waited_for_but_not_for_ever() {
        let fixed = UpstreamConfig::new(["http://10.0.0.5:9000".parse().unwrap()]);
        let mut found = UpstreamConfig::new([]);
        let discover = serde_json::from_str(r#"{ "file": "/nowhere/endpoints.toml" }"#);
        found.discover = Some(discover.unwrap());
        let upstreams = [fixed, found].map(|config| Upstream::build("orders", &config).unwrap());
        let [fixed, found] = upstreams;
        assert!(Readiness::new(vec![fixed.clone()]).is_ready());
        let readiness = Readiness::new(vec![fixed, found]);
        assert!(!readiness.is_ready());
        tokio::time::advance(PATIENCE).await;
        assert!(readiness.is_ready());
    }
}
