//! The endpoints of an upstream, as they come and go.

use std::sync::Arc;

use crate::config::EndpointConfig;
use crate::endpoint::Endpoint;

/// The endpoints of an upstream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members(Arc<[Member]>);

/// An endpoint and its part in the upstream, which may change while the endpoint stays.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) endpoint: Arc<Endpoint>,
    /// Its share of the requests, compared with the others.
    pub(crate) weight: u32,
}

impl Members {
    /// The endpoints that `configs` name: those that were there before as they are, with all that is known of
    /// them, and those that were not as `build` makes them.
    pub(crate) fn merged<'a>(
        &self,
        configs: impl IntoIterator<Item = &'a EndpointConfig>,
        build: impl Fn(&EndpointConfig) -> Endpoint,
    ) -> Self {
        let member = |config: &EndpointConfig| {
            let known = self.0.iter().map(|member| &member.endpoint);
            let endpoint = known.into_iter().find(|known| known.url() == &config.url);
            Member {
                endpoint: endpoint.map_or_else(|| Arc::new(build(config)), Arc::clone),
                weight: *config.weight,
            }
        };
        Self(configs.into_iter().map(member).collect())
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.0.iter()
    }
}
