//! An endpoint in a tier.

use std::sync::Arc;

use super::{Candidate, Tried};

/// An endpoint that may be chosen.
#[derive(Debug)]
pub(super) struct Slot<E> {
    pub(super) endpoint: Arc<E>,
    pub(super) id: u64,
    /// Compared with the others of its tier, at least 1.
    pub(super) weight: u64,
}

/// One part of a weight, where some warm up: weights are whole numbers.
const PARTS: f64 = 1000.0;

impl<E> Slot<E> {
    /// The slots of those `candidates` that are available, with what `warms_up` says of their weights.
    pub(super) fn all(candidates: &[Candidate<E>], warms_up: bool) -> Box<[Self]> {
        let available = || candidates.iter().filter(|candidate| candidate.is_available);
        let warms_up = warms_up && available().any(|candidate| candidate.share_of_weight < 1.0);
        let weight = |candidate: &Candidate<E>| {
            let weight = u64::from(candidate.weight).max(1);
            if !warms_up {
                return weight;
            }
            ((weight as f64 * candidate.share_of_weight * PARTS) as u64).max(1)
        };
        let slot = |candidate: &Candidate<E>| Self {
            endpoint: Arc::clone(&candidate.endpoint),
            id: candidate.id,
            weight: weight(candidate),
        };
        available().map(slot).collect()
    }

    /// Whether a request was not here yet.
    pub(super) fn is_untried(&self, tried: &Tried<E>) -> bool {
        tried.is_empty() || !tried.contains(&self.endpoint)
    }
}
