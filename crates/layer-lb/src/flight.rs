//! A request in flight.

use std::sync::Arc;

use crate::endpoint::Endpoint;

/// A request in flight at an endpoint, from the moment the endpoint was chosen until the body of the response has
/// ended, in one way or the other. It counts in the load of the endpoint and of its upstream; a clone counts as one
/// more.
#[derive(Debug)]
pub(crate) struct Flight(Arc<Endpoint>);

impl Flight {
    /// One more request at `endpoint`.
    pub(crate) fn begin(endpoint: Arc<Endpoint>) -> Self {
        endpoint.load().begin();
        endpoint.upstream_load().begin();
        Self(endpoint)
    }

    /// Where it goes.
    pub(crate) fn endpoint(&self) -> &Arc<Endpoint> {
        &self.0
    }
}

impl Clone for Flight {
    fn clone(&self) -> Self {
        Self::begin(Arc::clone(&self.0))
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.load().end();
        self.0.upstream_load().end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::UpstreamConfig;
    use crate::upstream::Upstream;

    #[test]
    fn each_counts_at_the_endpoint_and_at_the_upstream_until_it_ends() {
        let urls = ["http://127.0.0.1:1", "http://127.0.0.1:2"].map(|url| url.parse().unwrap());
        let upstream = Upstream::build("test", &UpstreamConfig::new(urls)).unwrap();
        let endpoints = upstream.endpoints();
        let first = Flight::begin(Arc::clone(&endpoints[0]));
        let second = first.clone();
        let other = Flight::begin(Arc::clone(&endpoints[1]));
        let loads = || {
            let [a, b] = [0, 1].map(|index| endpoints[index].in_flight());
            (a, b, upstream.in_flight())
        };
        assert_eq!(loads(), (2, 1, 3));
        drop(first);
        drop(other);
        assert_eq!(loads(), (1, 0, 1));
        drop(second);
        assert_eq!(loads(), (0, 0, 0));
    }
}
