//! The endpoints of one priority.

use std::sync::Arc;

use fastrand::Rng;

use super::alias_table::AliasTable;
use super::bounded_hash::BoundedHash;
use super::method::Method;
use super::priority::TierHealth;
use super::round_robin::{RoundRobin, Turns};
use super::slot::Slot;
use super::two_choices::TwoChoices;
use super::{Candidate, Choice, Measured, least_cost, least_request};

/// The endpoints of one priority, and how one of them is chosen.
#[derive(Debug)]
pub(super) struct Tier<E> {
    pub(super) slots: Box<[Slot<E>]>,
    pub(super) health: TierHealth,
    chooser: Chooser,
}

#[derive(Debug)]
enum Chooser {
    RoundRobin(RoundRobin),
    LeastRequest(TwoChoices),
    LeastCost(TwoChoices),
    Random(AliasTable),
    Hash(BoundedHash),
}

impl<E: Measured> Tier<E> {
    /// Of `candidates`, which all have the same priority.
    pub(super) fn new(candidates: &[Candidate<E>], method: &Method, turns: &Turns) -> Self {
        let weight = |candidate: &Candidate<E>| u64::from(candidate.weight);
        let available = candidates.iter().filter(|candidate| candidate.is_available);
        let health = TierHealth {
            available: available.map(weight).sum(),
            total: candidates.iter().map(weight).sum(),
        };
        // A key must not move because somebody warms up.
        let slots = Slot::all(candidates, !matches!(method, Method::Hash { .. }));
        let weights: Vec<u64> = slots.iter().map(|slot| slot.weight).collect();
        let chooser = match method {
            Method::RoundRobin => Chooser::RoundRobin(RoundRobin::new(&weights, turns.clone())),
            Method::LeastRequest | Method::Sticky(_) => {
                Chooser::LeastRequest(TwoChoices::new(&weights))
            }
            Method::PeakEwma => Chooser::LeastCost(TwoChoices::new(&weights)),
            Method::Random => Chooser::Random(AliasTable::new(&weights)),
            Method::Hash { bound, .. } => Chooser::Hash(BoundedHash::new(&slots, *bound)),
        };
        Self {
            slots,
            health,
            chooser,
        }
    }

    /// One that was not tried; `None` where there is none.
    pub(super) fn pick(&self, choice: Choice<'_, E>, rng: &mut Rng) -> Option<&Arc<E>> {
        let usable = |index: usize| self.slots[index].is_untried(choice.tried);
        let index = match &self.chooser {
            Chooser::RoundRobin(turns) => {
                let next = turns.next()?;
                let count = self.slots.len();
                (next..next + count)
                    .map(|index| index % count)
                    .find(|index| usable(*index))
            }
            Chooser::LeastRequest(two) => two.pick(rng, usable, |rng, first, second| {
                least_request::is_less_busy(rng, self.load_at(first), self.load_at(second))
            }),
            Chooser::LeastCost(two) => two.pick(rng, usable, |rng, first, second| {
                let (first, second) = (self.load_at(first), self.load_at(second));
                least_cost::is_cheaper(rng, choice.now(), first, second)
            }),
            Chooser::Random(table) => table.draw_usable(rng, usable),
            Chooser::Hash(hash) => hash.pick(&self.slots, choice, rng),
        };
        index.map(|index| &self.slots[index].endpoint)
    }

    fn load_at(&self, index: usize) -> (&E, u64) {
        let slot = &self.slots[index];
        (&slot.endpoint, slot.weight)
    }
}
