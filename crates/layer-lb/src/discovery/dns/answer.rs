//! What an answer of DNS means.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::super::admissible::{check_address, check_port};
use super::super::{Event, Fault};
use crate::config::{DiscoveredScheme, EndpointConfig, EndpointUrl};

/// No answer is good for less: name servers are not to be flooded for a record with a TTL of 0.
const SHORTEST: Duration = Duration::from_secs(1);
/// The largest weight of an endpoint; those of SRV records go up to 65535.
const MAX_WEIGHT: u16 = 1000;
/// The last tier of endpoints; the priorities of SRV records go up to 65535.
const LAST_TIER: usize = 15;

/// An answer: the services that it names, and for how long.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) targets: Vec<Target>,
    /// The shortest time to live of all records that led here.
    pub(super) ttl: Duration,
    /// What else was wrong.
    pub(super) flaw: Option<Fault>,
}

/// A service at one name: an SRV record (RFC 2782) with the addresses of its target, or the addresses alone.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) addresses: Vec<IpAddr>,
    pub(super) port: u16,
    /// Lower ones are tried first.
    pub(super) priority: u16,
    pub(super) weight: u16,
}

impl Answer {
    /// The endpoints that are meant, each address once, to be asked for again after `refresh` at the latest.
    ///
    /// Priorities become 0, 1, 2 and so on in their order, those from the sixteenth on 15; weights become at most 1000 in their proportion and at least 1:
    /// RFC 2782 gives those of 0 a very small chance.
    pub(super) fn into_event(self, scheme: DiscoveredScheme, refresh: Duration) -> Event {
        let mut flaw = self.flaw;
        let priorities: BTreeSet<u16> = self.targets.iter().map(|target| target.priority).collect();
        let heaviest = self.targets.iter().map(|target| target.weight).max();
        let mut named = BTreeSet::new();
        for target in &self.targets {
            let tier = priorities.range(..target.priority).take(LAST_TIER).count();
            let weight = in_range(target.weight, heaviest.unwrap_or_default());
            for &address in &target.addresses {
                match check_port(target.port).and_then(|()| check_address(address)) {
                    Ok(()) => {
                        let socket = SocketAddr::new(address.to_canonical(), target.port);
                        named.insert((tier, socket, weight));
                    }
                    Err(fault) => flaw = flaw.or(Some(fault)),
                }
            }
        }
        let mut seen = BTreeSet::new();
        let endpoints = named
            .into_iter()
            .filter(|(_, socket, _)| seen.insert(*socket));
        let endpoints = endpoints.filter_map(|(tier, socket, weight)| {
            let url: EndpointUrl = format!("{}://{socket}", scheme.as_str()).parse().ok()?;
            Some(EndpointConfig {
                url,
                weight: u32::from(weight).into(),
                priority: u32::try_from(tier).unwrap_or(u32::MAX).into(),
            })
        });
        Event::Found {
            endpoints: endpoints.collect(),
            good_for: self.ttl.min(refresh).max(SHORTEST),
            flaw,
        }
    }
}

/// `weight` from 1 to [`MAX_WEIGHT`], in proportion to the `heaviest` where that is larger.
fn in_range(weight: u16, heaviest: u16) -> u16 {
    let heaviest = u32::from(heaviest.max(MAX_WEIGHT));
    let scaled = u32::from(weight) * u32::from(MAX_WEIGHT) / heaviest;
    u16::try_from(scaled).unwrap_or(MAX_WEIGHT).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(addresses: &[&str], port: u16, priority: u16, weight: u16) -> Target {
        let addresses = addresses.iter().map(|address| address.parse().unwrap());
        Target {
            addresses: addresses.collect(),
            port,
            priority,
            weight,
        }
    }

    fn found(targets: Vec<Target>, ttl: u64) -> (Vec<(String, u32, u32)>, u64, Option<String>) {
        let answer = Answer {
            targets,
            ttl: Duration::from_secs(ttl),
            flaw: None,
        };
        let Event::Found {
            endpoints,
            good_for,
            flaw,
        } = answer.into_event(DiscoveredScheme::Http, Duration::from_secs(30))
        else {
            panic!("no answer");
        };
        let shown = endpoints.iter().map(|endpoint| {
            (
                endpoint.url.to_string(),
                *endpoint.weight,
                *endpoint.priority,
            )
        });
        (
            shown.collect(),
            good_for.as_secs(),
            flaw.map(|flaw| flaw.cause),
        )
    }

    #[test]
    fn the_order_of_an_answer_does_not_matter() {
        let one = found(vec![target(&["10.0.0.2", "10.0.0.1", "::1"], 80, 0, 1)], 5);
        let other = found(
            vec![target(
                &["::1", "10.0.0.1", "10.0.0.2", "10.0.0.1"],
                80,
                0,
                1,
            )],
            5,
        );
        assert_eq!(one, other);
        let urls: Vec<_> = one.0.into_iter().map(|(url, ..)| url).collect();
        assert_eq!(
            urls,
            [
                "http://10.0.0.1:80",
                "http://10.0.0.2:80",
                "http://[::1]:80"
            ]
        );
    }

    #[test]
    fn the_time_to_live_is_heeded_within_bounds() {
        for (ttl, good_for) in [(0, 1), (1, 1), (7, 7), (3600, 30)] {
            assert_eq!(found(vec![target(&["::1"], 80, 0, 1)], ttl).1, good_for);
        }
    }

    #[test]
    fn priorities_become_tiers_and_weights_keep_their_proportion() {
        let (endpoints, ..) = found(
            vec![
                target(&["10.0.0.3"], 82, 20, 0),
                target(&["10.0.0.1"], 80, 10, 20000),
                target(&["10.0.0.2"], 81, 10, 60000),
                // The same place again, of less rank.
                target(&["10.0.0.1"], 80, 30, 60000),
            ],
            5,
        );
        let expected = [
            ("http://10.0.0.1:80", 333, 0),
            ("http://10.0.0.2:81", 1000, 0),
            ("http://10.0.0.3:82", 1, 1),
        ];
        assert_eq!(
            endpoints,
            expected.map(|(url, weight, tier)| (url.to_owned(), weight, tier))
        );
        let (small, ..) = found(
            vec![target(&["::1"], 80, 0, 5), target(&["::2"], 80, 0, 10)],
            5,
        );
        assert_eq!((small[0].1, small[1].1), (5, 10));
    }

    #[test]
    fn there_are_sixteen_tiers_however_many_priorities() {
        let priorities = (0..20).map(|number: u16| number * 3449);
        let targets = priorities
            .map(|priority| target(&["10.0.0.1"], 80 + priority / 3449, priority, 1))
            .collect();
        let (endpoints, _, flaw) = found(targets, 5);
        assert_eq!((endpoints.len(), flaw), (20, None));
        let tiers: Vec<u32> = endpoints.iter().map(|(.., tier)| *tier).collect();
        assert!(
            tiers.iter().copied().eq((0..16).chain([15; 4])),
            "{tiers:?}"
        );
    }

    #[test]
    fn nonsense_is_left_out_and_said() {
        let (endpoints, _, flaw) = found(vec![target(&["0.0.0.0", "10.0.0.1"], 80, 0, 1)], 5);
        assert_eq!(endpoints.len(), 1);
        assert!(flaw.unwrap().contains("0.0.0.0"));
        let (endpoints, _, flaw) = found(vec![target(&["10.0.0.1"], 0, 0, 1)], 5);
        assert!(endpoints.is_empty());
        assert!(flaw.unwrap().contains("port 0"));
    }
}
