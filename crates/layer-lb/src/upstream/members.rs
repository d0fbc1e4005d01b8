//! The endpoints of an upstream, as they come and go.

use std::collections::{HashMap, HashSet};
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
    /// Its tier.
    pub(crate) priority: u32,
}

/// What became of the endpoints of an upstream.
#[derive(Debug)]
pub(crate) struct Merged {
    /// Those that it has now.
    pub(crate) members: Members,
    /// Those that it had and has no more.
    pub(crate) gone: Vec<Arc<Endpoint>>,
}

impl Members {
    /// The endpoints that `configs` name, in that order: those that were there before, which are known by their URLs,
    /// as they are, with all that is known of them; those that were not, as `build` makes them. Weight and priority
    /// are no part of an endpoint and are always those of `configs`. Of a URL that stands there twice the first counts.
    pub(crate) fn merged<'a>(
        &self,
        configs: impl IntoIterator<Item = &'a EndpointConfig>,
        build: impl Fn(&EndpointConfig) -> Endpoint,
    ) -> Merged {
        let known = self.0.iter().map(|member| &member.endpoint);
        let mut known: HashMap<String, &Arc<Endpoint>> = known
            .map(|endpoint| (endpoint.url().to_string(), endpoint))
            .collect();
        let mut seen = HashSet::new();
        let mut members = Vec::new();
        for config in configs {
            let url = config.url.to_string();
            let endpoint = match known.remove(&url) {
                Some(endpoint) => Arc::clone(endpoint),
                None if seen.contains(&url) => continue,
                None => Arc::new(build(config)),
            };
            seen.insert(url);
            members.push(Member {
                endpoint,
                weight: *config.weight,
                priority: *config.priority,
            });
        }
        Merged {
            members: Self(members.into()),
            gone: known.into_values().map(Arc::clone).collect(),
        }
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::UpstreamConfig;
    use crate::upstream::Upstream;

    fn configs(urls: &[(&str, u32)]) -> Vec<EndpointConfig> {
        let config = |(url, weight): &(&str, u32)| EndpointConfig {
            weight: (*weight).into(),
            ..EndpointConfig::from(url.parse::<crate::EndpointUrl>().unwrap())
        };
        urls.iter().map(config).collect()
    }

    #[test]
    fn those_that_stay_are_the_same_and_those_that_go_are_told() {
        let upstream =
            UpstreamConfig::new(["http://a".parse().unwrap(), "http://b".parse().unwrap()]);
        let upstream = Upstream::build("test", &upstream).unwrap();
        let before = upstream.endpoints();
        upstream.set_endpoints(&configs(&[
            ("http://c", 1),
            ("http://B:80", 7),
            ("http://c:80", 3),
        ]));
        let after = upstream.endpoints();
        let names: Vec<_> = after.iter().map(|endpoint| endpoint.authority()).collect();
        assert_eq!(names, ["c:80", "b:80"]);
        assert!(Arc::ptr_eq(&before[1], &after[1]));
        // Nobody but the test knows the one that went.
        assert_eq!(Arc::strong_count(&before[0]), 1);
        upstream.set_endpoints(&configs(&[("http://a", 1)]));
        assert!(!Arc::ptr_eq(&before[0], &upstream.endpoints()[0]));
    }
}
