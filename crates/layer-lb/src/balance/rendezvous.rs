//! Consistent hashing.

use super::stable_hash::mix;

/// Cells for up to [`FEW`] endpoints: then each has 1,024 or more.
const SMALL: u32 = 16;
/// Cells for more: then each of 1,000 endpoints has 262.
const LARGE: u32 = 18;
const FEW: usize = 64;

/// Weighted rendezvous hashing, worked out beforehand for each cell of a table.
///
/// For each cell, each endpoint has a time by its weight and by chance (which is a hash of both), and the earliest wins
/// the cell. So when an endpoint leaves, its cells alone move, to all others by their weights: as little as can be. The
/// order of the endpoints does not matter, so that all gateways that know the same ones agree.
///
/// Maglev, which fills its table in turns, keeps shares within a cell, but moves about twice as much. Here a share is
/// off by chance: by a standard deviation of 1/√(cells of the endpoint), which is 1.2 % of the share of one of ten
/// endpoints of equal weight, 3.1 % for one of 64, and 6.2 % for one of a thousand.
#[derive(Debug)]
pub(super) struct Rendezvous {
    winners: Box<[u32]>,
    bits: u32,
}

/// One that takes part: by what it is known, and its weight, at least 1.
pub(super) type Entrant = (u64, u64);

impl Rendezvous {
    /// Works out who wins each cell. It takes a millisecond or two, or some ten for a thousand endpoints.
    pub(super) fn new(entrants: &[Entrant]) -> Self {
        let bits = if entrants.len() <= FEW { SMALL } else { LARGE };
        let cells = 1_usize << bits;
        let mut winners = vec![u32::MAX; cells];
        let mut times = vec![f64::INFINITY; cells];
        let mut open = Open::all(cells);
        let mut reached: Vec<usize> = Vec::new();
        let mut walks: Vec<Walk> = entrants
            .iter()
            .map(|entrant| Walk::new(*entrant, bits))
            .collect();
        let together: f64 = entrants.iter().map(|(_, weight)| *weight as f64).sum();
        let mut left = if entrants.is_empty() { 0 } else { cells };
        let mut until = 0.0;
        // Each turn everybody together makes at most as many steps as there are cells. Who has made all its steps has
        // been everywhere, so this ends. Most steps lead to cells that were won in an earlier turn, so earlier: it takes
        // one bit to see that.
        while left > 0 {
            until += 1.0 / together;
            for (index, walk) in walks.iter_mut().enumerate() {
                let sure = walk.surely_before(until);
                while let Some(cell) = walk.step(until, sure) {
                    if !open.has(cell) {
                        continue;
                    }
                    let time = walk.time(walk.taken - 1);
                    if time < times[cell] {
                        if winners[cell] == u32::MAX {
                            reached.push(cell);
                        }
                        (times[cell], winners[cell]) = (time, index as u32);
                    }
                }
            }
            left -= reached.len();
            reached.drain(..).for_each(|cell| open.close(cell));
        }
        Self {
            winners: winners.into(),
            bits,
        }
    }

    /// The index of the endpoint for `hash`.
    pub(super) fn find(&self, hash: u64) -> Option<usize> {
        let winner = *self.winners.get((hash >> (64 - self.bits)) as usize)?;
        (winner != u32::MAX).then_some(winner as usize)
    }
}

/// The cells that nobody has won yet: few enough bytes to stay in the fastest cache.
#[derive(Debug)]
struct Open(Vec<u64>);

impl Open {
    fn all(cells: usize) -> Self {
        Self(vec![u64::MAX; cells / 64])
    }

    fn has(&self, cell: usize) -> bool {
        (self.0[cell / 64] >> (cell % 64)) & 1 == 1
    }

    fn close(&mut self, cell: usize) {
        self.0[cell / 64] &= !(1 << (cell % 64));
    }
}

/// The way of an endpoint through all cells, each once, in an order of its own. The time of its steps
/// is shorter the more weight it has.
#[derive(Debug)]
struct Walk {
    id: u64,
    weight: f64,
    taken: u64,
    bits: u32,
}

impl Walk {
    fn new((id, weight): Entrant, bits: u32) -> Self {
        Self {
            id: mix(id),
            weight: weight as f64,
            taken: 0,
            bits,
        }
    }

    fn cells(&self) -> u64 {
        1 << self.bits
    }

    /// So many steps are made before `until`, and one or two more may be: the clock need not be read for these.
    fn surely_before(&self, until: f64) -> u64 {
        let rank = -(-until * self.weight).exp_m1();
        ((rank * self.cells() as f64) as u64).saturating_sub(1)
    }

    /// The next cell, if it is reached before `until`, as the first `sure` are.
    fn step(&mut self, until: f64, sure: u64) -> Option<usize> {
        let is_before =
            self.taken < sure || (self.taken < self.cells() && self.time(self.taken) < until);
        if !is_before {
            return None;
        }
        let cell = self.cell(self.cells() - 1);
        self.taken += 1;
        Some(cell)
    }

    /// When the step after so many `taken` is made.
    fn time(&self, taken: u64) -> f64 {
        // Not at whole numbers: equal weights would reach their cells at the same times.
        let chance = (mix(self.id ^ taken) >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (taken as f64 + chance) / self.cells() as f64;
        // Exponential, as the time until the first of so many equal chances: so the earliest is found by weight.
        exponential(rank) / self.weight
    }

    /// Numbers below a power of two, shuffled one to one: odd factors and shifts can be undone.
    fn cell(&self, mask: u64) -> usize {
        let half = self.bits / 2;
        let mut cell = self.taken.wrapping_add(self.id) & mask;
        for shift in [7, 23, 39] {
            cell = cell.wrapping_mul((self.id >> shift) | 1) & mask;
            cell ^= cell >> half;
        }
        cell as usize
    }
}

/// −ln(1 − rank), of which the first terms do where the rank is small; most are, and the logarithm is what takes time.
fn exponential(rank: f64) -> f64 {
    if rank < 0.01 {
        rank * (1.0 + rank * (1.0 / 2.0 + rank * (1.0 / 3.0 + rank * (1.0 / 4.0 + rank / 5.0))))
    } else {
        -(-rank).ln_1p()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::balance::stable_hash;

    fn entrants(count: usize) -> Vec<Entrant> {
        let id = |index| stable_hash(format!("http://10.0.0.{index}:9000").as_bytes());
        (0..count).map(|index| (id(index), 1)).collect()
    }

    fn shares(table: &Rendezvous, count: usize) -> Vec<f64> {
        let mut cells = vec![0_u32; count];
        for winner in &table.winners {
            cells[*winner as usize] += 1;
        }
        let all = table.winners.len() as f64;
        cells.iter().map(|cells| f64::from(*cells) / all).collect()
    }

    /// The largest error in standard deviations of the statement.
    fn largest_error(entrants: &[Entrant]) -> f64 {
        let table = Rendezvous::new(entrants);
        let total: u64 = entrants.iter().map(|(_, weight)| weight).sum();
        let error = |(share, (_, weight)): (f64, &Entrant)| {
            let ideal = *weight as f64 / total as f64;
            let deviation = 1.0 / (ideal * table.winners.len() as f64).sqrt();
            (share / ideal - 1.0).abs() / deviation
        };
        let shares = shares(&table, entrants.len());
        shares
            .into_iter()
            .zip(entrants)
            .map(error)
            .fold(0.0, f64::max)
    }

    #[test]
    fn shares_are_as_exact_as_is_said() {
        for count in [1, 2, 3, 10, 64, 100] {
            let error = largest_error(&entrants(count));
            assert!(
                error < 4.0,
                "{error} standard deviations with {count} endpoints"
            );
        }
        let mut weighted = entrants(10);
        for (entrant, weight) in weighted.iter_mut().zip([1, 2, 3, 5, 8, 13, 21, 34, 55, 89]) {
            entrant.1 = weight;
        }
        let error = largest_error(&weighted);
        assert!(error < 4.0, "{error} standard deviations with weights");
    }

    #[test]
    fn one_that_leaves_moves_nobody_elses_keys() {
        let all = entrants(10);
        let before = Rendezvous::new(&all);
        for gone in 0..all.len() {
            let mut left = all.clone();
            left.remove(gone);
            let after = Rendezvous::new(&left);
            let id = |entrants: &[Entrant], winner: u32| entrants[winner as usize].0;
            for (old, new) in before.winners.iter().zip(&after.winners) {
                let (old, new) = (id(&all, *old), id(&left, *new));
                assert!(old == new || old == all[gone].0);
            }
        }
    }

    #[test]
    fn the_order_does_not_matter() {
        let mut some = entrants(5);
        let one = Rendezvous::new(&some);
        some.reverse();
        let other = Rendezvous::new(&some);
        assert!(
            one.winners
                .iter()
                .zip(&other.winners)
                .all(|(a, b)| *a == 4 - *b)
        );
    }

    #[test]
    fn a_walk_reaches_each_cell_once() {
        let mut walk = Walk::new((42, 1), SMALL);
        let mut reached = HashSet::new();
        while let Some(cell) = walk.step(f64::INFINITY, 0) {
            reached.insert(cell);
        }
        assert_eq!(reached.len(), 1 << SMALL);
    }

    /// Each cell is won by the earliest of all, as if everybody had been everywhere.
    #[test]
    fn the_earliest_wins_whatever_is_skipped() {
        let mut some = entrants(7);
        some[3].1 = 40;
        let table = Rendezvous::new(&some);
        let mut earliest = vec![(f64::INFINITY, 0); 1 << SMALL];
        for (index, entrant) in some.iter().enumerate() {
            let mut walk = Walk::new(*entrant, SMALL);
            while let Some(cell) = walk.step(f64::INFINITY, 0) {
                let time = walk.time(walk.taken - 1);
                if time < earliest[cell].0 {
                    earliest[cell] = (time, index as u32);
                }
            }
        }
        let earliest = earliest.iter().map(|(_, index)| *index);
        assert!(table.winners.iter().copied().eq(earliest));
    }

    #[test]
    fn none_of_none() {
        assert_eq!(Rendezvous::new(&[]).find(42), None);
    }
}
