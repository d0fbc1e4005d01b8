//! Round robin by weight.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Whose turn it is; shared by the pickers that follow each other, so that a new one does not begin from the first
/// endpoint again.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<AtomicU64>);

/// Round robin by weight, evenly spread, without a lock or a loop.
///
/// Each endpoint has as many places in a circle as its weight says, and each turn is a step around it. The step is
/// coprime to the number of places, so that once around is each place once, and near the golden section of it, so that
/// the turns of an endpoint lie as far apart as may be (three-distance theorem). Smooth weighted round robin as nginx
/// has it needs a lock, and the static stride of gRPC (A58) passes by a thousand endpoints of weight 1 to find the one
/// of weight 1000. With equal weights the step is 1: they take turns in their order.
#[derive(Debug)]
pub(super) struct RoundRobin {
    /// Where in the circle the places of each endpoint end.
    ends: Box<[u64]>,
    step: u64,
    turns: Turns,
}

impl RoundRobin {
    /// Over as many endpoints as there are weights, each at least 1.
    pub(super) fn new(weights: &[u64], turns: Turns) -> Self {
        let divisor = weights
            .iter()
            .copied()
            .fold(0, greatest_common_divisor)
            .max(1);
        let end = |end: &mut u64, weight: &u64| {
            *end += weight / divisor;
            Some(*end)
        };
        let ends: Box<[u64]> = weights.iter().scan(0, end).collect();
        let total = ends.last().copied().unwrap_or_default();
        let are_equal = total == ends.len() as u64;
        Self {
            ends,
            step: if are_equal {
                1
            } else {
                coprime_near_golden_section(total)
            },
            turns,
        }
    }

    /// The index of the endpoint that is next; `None` where there are none.
    pub(super) fn next(&self) -> Option<usize> {
        let total = *self.ends.last()?;
        let turn = self.turns.0.fetch_add(1, Ordering::Relaxed);
        // Both below 2³²: a thousand endpoints of a thousand thousandths of 1000.
        let place = (turn % total).wrapping_mul(self.step) % total;
        Some(self.ends.partition_point(|end| *end <= place))
    }
}

fn coprime_near_golden_section(total: u64) -> u64 {
    let near = (total as f64 * 0.618_033_988_749_895).round() as u64;
    // 1 is coprime to everything.
    let coprime = (1..=near)
        .rev()
        .find(|step| greatest_common_divisor(*step, total) == 1);
    coprime.unwrap_or(1)
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(weights: &[u64], length: usize) -> String {
        let balance = RoundRobin::new(weights, Turns::default());
        (0..length)
            .map(|_| char::from(b'a' + u8::try_from(balance.next().unwrap()).unwrap()))
            .collect()
    }

    #[test]
    fn equal_weights_take_turns() {
        assert_eq!(order(&[1, 1, 1], 7), "abcabca");
        assert_eq!(order(&[50, 50], 4), "abab");
        assert_eq!(order(&[3], 2), "aa");
    }

    #[test]
    fn weights_are_kept_and_spread() {
        assert_eq!(order(&[2, 1], 6), "abaaba");
        assert_eq!(order(&[1, 2], 6), "abbabb");
        assert_eq!(order(&[5, 1, 1], 14), "aaabacaaaabaca");
        assert_eq!(order(&[4, 2], 6), "abaaba");
    }

    #[test]
    fn each_is_chosen_as_often_as_its_weight_says() {
        let weights = [7, 3, 1000, 1, 3];
        let balance = RoundRobin::new(&weights, Turns::default());
        let mut chosen = [0; 5];
        for _ in 0..weights.iter().sum::<u64>() * 3 {
            chosen[balance.next().unwrap()] += 1;
        }
        assert_eq!(chosen, weights.map(|weight| weight * 3));
    }

    #[test]
    fn turns_lie_apart() {
        let weights = [10, 3, 5, 1, 21];
        let total: u64 = weights.iter().sum();
        let balance = RoundRobin::new(&weights, Turns::default());
        let mut last = [None; 5];
        for turn in 0..total * 4 {
            let index = balance.next().unwrap();
            if let Some(before) = last[index].replace(turn) {
                let ideal = total as f64 / weights[index] as f64;
                let gap = (turn - before) as f64;
                assert!(
                    gap < 2.0 * ideal + 1.0,
                    "{gap} turns apart, ideally {ideal}: {index}"
                );
            }
        }
    }

    #[test]
    fn a_new_one_goes_on_where_the_old_one_was() {
        let turns = Turns::default();
        let next = |weights: &[u64]| RoundRobin::new(weights, turns.clone()).next();
        assert_eq!(
            [next(&[1, 1]), next(&[1, 1]), next(&[1, 1])],
            [Some(0), Some(1), Some(0)]
        );
    }

    #[test]
    fn none_of_none() {
        assert_eq!(RoundRobin::new(&[], Turns::default()).next(), None);
    }

    #[test]
    fn threads_share_the_turns() {
        let balance = RoundRobin::new(&[1, 1], Turns::default());
        let count = || (0..1000).filter(|_| balance.next() == Some(0)).count();
        let first: usize = std::thread::scope(|scope| {
            let threads = [scope.spawn(count), scope.spawn(count)];
            threads.map(|thread| thread.join().unwrap()).iter().sum()
        });
        assert_eq!(first, 1000);
    }
}
