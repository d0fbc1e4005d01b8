//! Round robin by weight.

use std::sync::atomic::{AtomicU64, Ordering};

/// Round robin by weight, evenly spread and without a lock.
///
/// Each turn of the counter is one endpoint of one round. In a round each endpoint moves on by its weight
/// and is chosen when it passes a multiple of the largest weight, as a line is drawn on a grid (Bresenham);
/// gRPC calls it static stride (proposal A58). In as many rounds as the largest weight says, each endpoint is
/// chosen exactly as often as its own weight says. With equal weights every turn is a choice.
#[derive(Debug)]
pub(crate) struct RoundRobin {
    weights: Box<[u64]>,
    largest: u64,
    turn: AtomicU64,
}

impl RoundRobin {
    /// Over as many endpoints as there are weights, each at least 1.
    pub(crate) fn new(weights: impl IntoIterator<Item = u32>) -> Self {
        let mut weights: Box<[u64]> = weights.into_iter().map(u64::from).collect();
        let divisor = weights
            .iter()
            .copied()
            .fold(0, greatest_common_divisor)
            .max(1);
        for weight in &mut weights {
            *weight /= divisor;
        }
        Self {
            largest: weights.iter().copied().max().unwrap_or_default(),
            weights,
            turn: AtomicU64::new(0),
        }
    }

    /// The index of the endpoint that is next; `None` where there are none.
    pub(crate) fn next(&self) -> Option<usize> {
        let mut turn = self.turn.load(Ordering::Relaxed);
        loop {
            let (chosen, index) = self.choice_from(turn)?;
            let next = chosen.wrapping_add(1);
            match self
                .turn
                .compare_exchange_weak(turn, next, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => return Some(index),
                Err(moved) => turn = moved,
            }
        }
    }

    /// The first turn from `turn` on that is a choice, and whose it is. One round always holds a choice:
    /// that of the endpoint with the largest weight.
    fn choice_from(&self, turn: u64) -> Option<(u64, usize)> {
        let count = self.weights.len() as u64;
        (turn..=turn.saturating_add(count)).find_map(|turn| Some((turn, self.choice(turn)?)))
    }

    /// The index of the endpoint whose turn it is, if it is chosen.
    fn choice(&self, turn: u64) -> Option<usize> {
        let count = self.weights.len() as u64;
        let (round, index) = (turn.checked_div(count)?, turn % count);
        let weight = self.weights[index as usize];
        // Endpoints of equal weight begin at different places, lest they be chosen in the same rounds.
        let start = index * self.largest / count;
        let place = (round % self.largest * weight + start) % self.largest;
        (place + weight >= self.largest).then_some(index as usize)
    }
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

    fn order(weights: &[u32], length: usize) -> String {
        let balance = RoundRobin::new(weights.iter().copied());
        (0..length)
            .map(|_| char::from(b'a' + u8::try_from(balance.next().unwrap()).unwrap()))
            .collect()
    }

    #[test]
    fn equal_weights_take_turns() {
        assert_eq!(order(&[1, 1, 1], 7), "abcabca");
        assert_eq!(order(&[50, 50], 4), "abab");
    }

    #[test]
    fn weights_are_kept_and_spread() {
        assert_eq!(order(&[2, 1], 6), "abaaba");
        assert_eq!(order(&[1, 2], 6), "babbab");
        assert_eq!(order(&[5, 1, 1], 14), "aacaabaaacaaba");
    }

    #[test]
    fn each_is_chosen_as_often_as_its_weight_says() {
        let weights = [7, 3, 1000, 1, 3];
        let balance = RoundRobin::new(weights);
        let mut chosen = [0_u32; 5];
        for _ in 0..weights.iter().sum::<u32>() * 3 {
            chosen[balance.next().unwrap()] += 1;
        }
        assert_eq!(chosen, weights.map(|weight| weight * 3));
    }

    #[test]
    fn none_of_none() {
        assert_eq!(RoundRobin::new([]).next(), None);
    }

    #[test]
    fn threads_share_the_turns() {
        let balance = RoundRobin::new([1, 1]);
        let count = || (0..1000).filter(|_| balance.next() == Some(0)).count();
        let first: usize = std::thread::scope(|scope| {
            let threads = [scope.spawn(count), scope.spawn(count)];
            threads.map(|thread| thread.join().unwrap()).iter().sum()
        });
        assert_eq!(first, 1000);
    }
}
