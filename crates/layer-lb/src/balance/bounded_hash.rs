//! The choice by hash.

use fastrand::Rng;

use super::rendezvous::Rendezvous;
use super::slot::Slot;
use super::stable_hash::mix;
use super::{Affinity, Choice, Measured};

/// How many cells of the table are looked at for one request.
const PROBES: usize = 32;

/// Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam): a key goes to its endpoint, unless that has
/// more than its share to do or was tried; then to the next in an order that depends on the key alone, so that what a
/// popular key needs beyond one endpoint is found at the same few others.
#[derive(Debug)]
pub(super) struct BoundedHash {
    table: Rendezvous,
    /// How many times its share of all requests in flight an endpoint may have.
    bound: Option<f64>,
    total_weight: f64,
}

impl BoundedHash {
    /// Over `slots`, none of which has more than `bound` times its share to do.
    pub(super) fn new<E>(slots: &[Slot<E>], bound: Option<f64>) -> Self {
        let entrants: Vec<_> = slots.iter().map(|slot| (slot.id, slot.weight)).collect();
        Self {
            table: Rendezvous::new(&entrants),
            bound,
            total_weight: slots.iter().map(|slot| slot.weight as f64).sum(),
        }
    }

    /// The endpoint for the hash of `choice`; one by chance where there is none. `None` where all were tried.
    pub(super) fn pick<E: Measured>(
        &self,
        slots: &[Slot<E>],
        choice: Choice<'_, E>,
        rng: &mut Rng,
    ) -> Option<usize> {
        let mut hash = match choice.affinity {
            Affinity::Hash(hash) => hash,
            _ => rng.u64(..),
        };
        let mut busy = None;
        for _ in 0..PROBES {
            let index = self.table.find(hash)?;
            if slots[index].is_untried(choice.tried) {
                if self.has_room(&slots[index], choice.in_flight) {
                    return Some(index);
                }
                busy.get_or_insert(index);
            }
            hash = mix(hash.wrapping_add(0x9e37_79b9_7f4a_7c15));
        }
        busy.or_else(|| slots.iter().position(|slot| slot.is_untried(choice.tried)))
    }

    /// Whether one more request leaves `slot` within its bound, where `in_flight` are under way everywhere.
    fn has_room<E: Measured>(&self, slot: &Slot<E>, in_flight: usize) -> bool {
        let Some(bound) = self.bound else {
            return true;
        };
        // Below its bound, it may reach it or go beyond by less than one: there are no parts of a request.
        let most = bound * slot.weight as f64 * (in_flight + 1) as f64;
        (slot.endpoint.in_flight() as f64) * self.total_weight < most
    }
}
