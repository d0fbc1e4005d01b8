//! The choice among the endpoints that may be chosen now.

use std::sync::Arc;

use super::Tried;
use super::round_robin::RoundRobin;
use crate::config::BalanceConfig;
use crate::endpoint::Endpoint;

/// An endpoint that may be chosen.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) endpoint: Arc<Endpoint>,
    /// Its share of the requests, compared with the others.
    pub(crate) weight: u32,
}

/// What a choice depends on, beside the endpoints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<'a> {
    /// Where the request has been already.
    pub(crate) tried: &'a Tried,
}

/// Chooses among the endpoints that may be chosen now. It never changes: where anything does that it was built
/// from, another is built in its place.
#[derive(Debug)]
pub(crate) struct Picker {
    candidates: Box<[Candidate]>,
    turns: RoundRobin,
}

impl Picker {
    /// Chooses among `candidates` as `balance` says.
    pub(crate) fn build(balance: BalanceConfig, candidates: Vec<Candidate>) -> Self {
        let turns = match balance {
            BalanceConfig::RoundRobin => {
                RoundRobin::new(candidates.iter().map(|candidate| candidate.weight))
            }
        };
        Self {
            candidates: candidates.into(),
            turns,
        }
    }

    /// The endpoint for a request, one that was not tried if there is such; `None` where there are none.
    pub(crate) fn pick(&self, choice: Choice<'_>) -> Option<&Arc<Endpoint>> {
        let mut picked = None;
        for _ in 0..self.candidates.len() {
            let endpoint = &self.candidates.get(self.turns.next()?)?.endpoint;
            picked = Some(endpoint);
            if !choice.tried.contains(endpoint) {
                break;
            }
        }
        picked
    }
}
