//! The choice among the endpoints that may be chosen now.

use std::sync::Arc;

use fastrand::Rng;

use super::balance::Balance;
use super::method::Method;
use super::priority;
use super::stable_hash::mix;
use super::tier::Tier;
use super::{Affinity, Candidate, Choice, Measured, Tried};
use crate::endpoint::Endpoint;

/// Chooses among the endpoints of an upstream. It never changes: where anything does that it was built from, another is
/// built in its place. To choose takes no lock and no memory.
///
/// ```
/// use std::sync::Arc;
///
/// use layer_lb::balance::{Balance, Candidate, Choice, Picker, Tried};
/// use layer_lb::{Upstream, UpstreamConfig};
///
/// let config = UpstreamConfig::new(["http://a:1".parse()?, "http://b:1".parse()?]);
/// let upstream = Upstream::build("orders", &config)?;
/// let endpoints = upstream.endpoints();
/// let candidates = ["a", "b"].iter().zip(&endpoints);
/// let candidates = candidates.map(|(name, endpoint)| Candidate::new(Arc::clone(endpoint), name));
/// let picker = Picker::build(&Balance::new(&config.balance), candidates.collect());
///
/// let mut tried = Tried::default();
/// let first = picker.pick(Choice::new(&tried)).unwrap();
/// tried.add(Arc::clone(first));
/// let second = picker.pick(Choice::new(&tried)).unwrap();
/// assert!(!Arc::ptr_eq(first, second));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Picker<E = Endpoint> {
    /// Those that get requests, in the order of their priority.
    tiers: Box<[Tier<E>]>,
    /// Up to where in the range from 0 to 1 the share of each tier goes.
    ends: Box<[f64]>,
    /// Where which id is, sorted; for cookies alone.
    places: Box<[Place]>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    id: u64,
    tier: u32,
    slot: u32,
}

impl<E: Measured> Picker<E> {
    /// Chooses among those `candidates` that are available as `balance` says. To build it takes microseconds; by hash
    /// a few milliseconds, or some ten for more than 64 endpoints.
    pub fn build(balance: &Balance, mut candidates: Vec<Candidate<E>>) -> Self {
        candidates.sort_by_key(|candidate| candidate.priority);
        let tiers = candidates.chunk_by(|one, other| one.priority == other.priority);
        let tiers = tiers.map(|tier| Tier::new(tier, &balance.method, &balance.turns));
        let mut tiers: Vec<Tier<E>> = tiers.collect();
        let healths: Vec<_> = tiers.iter().map(|tier| tier.health).collect();
        tiers.retain(|tier| !tier.slots.is_empty());
        let shares = priority::shares(&healths).into_iter().zip(healths);
        let mut end = 0.0;
        let ends = shares
            .filter(|(_, health)| health.available > 0)
            .map(|(share, _)| {
                end += share;
                end
            });
        let mut places = Vec::new();
        if matches!(balance.method, Method::Sticky(_)) {
            places = all_places(&tiers);
        }
        Self {
            ends: ends.collect(),
            tiers: tiers.into(),
            places: places.into(),
        }
    }

    /// The endpoint for a request, one that was not tried if there is such; `None` where there are none.
    pub fn pick(&self, choice: Choice<'_, E>) -> Option<&Arc<E>> {
        if let [tier] = &*self.tiers
            && let [only] = &*tier.slots
        {
            return Some(&only.endpoint);
        }
        self.pick_with(choice, &mut Rng::new())
    }

    /// As [`pick`](Self::pick), with this randomness.
    pub fn pick_with(&self, choice: Choice<'_, E>, rng: &mut Rng) -> Option<&Arc<E>> {
        if let Affinity::Endpoint(id) = choice.affinity
            && let Some(endpoint) = self.find(id)
            && !choice.tried.contains(endpoint)
        {
            return Some(endpoint);
        }
        let first = match &*self.tiers {
            [only] => only,
            tiers => tiers.get(self.tier(choice.affinity, rng))?,
        };
        let untried = || {
            self.tiers
                .iter()
                .find_map(|tier| tier.pick(choice, &mut Rng::new()))
        };
        first.pick(choice, rng).or_else(untried).or_else(|| {
            // All were: any is as good as another.
            let tried = Tried::default();
            let choice = Choice {
                tried: &tried,
                ..choice
            };
            first.pick(choice, rng)
        })
    }

    /// The index of the tier that a request goes to: by its hash, if it has one.
    fn tier(&self, affinity: Affinity, rng: &mut Rng) -> usize {
        let bits = match affinity {
            // The upper bits choose within the tier: these must not follow from them.
            Affinity::Hash(hash) => mix(!hash),
            _ => rng.u64(..),
        };
        let point = (bits >> 11) as f64 / (1_u64 << 53) as f64;
        let last = self.ends.len().saturating_sub(1);
        self.ends
            .iter()
            .position(|end| point < *end)
            .unwrap_or(last)
    }

    fn find(&self, id: u64) -> Option<&Arc<E>> {
        let at = self
            .places
            .binary_search_by_key(&id, |place| place.id)
            .ok()?;
        let place = self.places.get(at)?;
        let slot = self
            .tiers
            .get(place.tier as usize)?
            .slots
            .get(place.slot as usize)?;
        Some(&slot.endpoint)
    }
}

fn all_places<E>(tiers: &[Tier<E>]) -> Vec<Place> {
    let mut places = Vec::new();
    for (tier, slots) in (0_u32..).zip(tiers) {
        let place = |(slot, id)| Place { id, tier, slot };
        places.extend(
            (0_u32..)
                .zip(slots.slots.iter().map(|slot| slot.id))
                .map(place),
        );
    }
    places.sort_by_key(|place| place.id);
    places
}
