//! The power of two choices, by weight.

use fastrand::Rng;

use super::alias_table::{AliasTable, DRAWS};

/// The power of two choices (Mitzenmacher): of two endpoints that are drawn by weight, the better one. It comes close
/// to the best of all, sees two of them, and does not send a whole herd to the one that was best a moment ago.
///
/// Where nothing tells the two apart, the first is taken, so that idle endpoints are chosen exactly by their weights.
/// The second is another than the first, which a heavy endpoint meets more often with a light one than the light one
/// with it: so that the light one gains nothing by that, a change from the heavier to the lighter is made only as
/// often as the one in the opposite direction is possible.
#[derive(Debug)]
pub(super) struct TwoChoices {
    table: AliasTable,
    /// For each endpoint, how often the second draw is another one, by the probability that it would be drawn as such
    /// at the first attempt. It grows with the weight.
    chances: Box<[f32]>,
}

impl TwoChoices {
    /// Of as many as there are weights, each at least 1.
    pub(super) fn new(weights: &[u64]) -> Self {
        let total: u64 = weights.iter().sum();
        let chance = |weight: &u64| {
            let again = *weight as f64 / total as f64;
            match weights.len() {
                0 | 1 => 1.0,
                2 => 1.0 / (1.0 - again),
                // Of a geometric series: so many draws are all the endpoint itself.
                _ => (1.0 - again.powi(DRAWS as i32)) / (1.0 - again),
            }
        };
        Self {
            table: AliasTable::new(weights),
            chances: weights.iter().map(|weight| chance(weight) as f32).collect(),
        }
    }

    /// One of those that are `usable`. `is_better(a, b)` says whether the second that was drawn, `b`, is worth being
    /// taken in the place of the first, `a`.
    pub(super) fn pick(
        &self,
        rng: &mut Rng,
        usable: impl Fn(usize) -> bool,
        is_better: impl FnOnce(&mut Rng, usize, usize) -> bool,
    ) -> Option<usize> {
        let first = self.table.draw_usable(rng, &usable)?;
        let Some(second) = self.other(first, rng) else {
            return Some(first);
        };
        let takes_second =
            usable(second) && self.is_fair(first, second, rng) && is_better(rng, first, second);
        Some(if takes_second { second } else { first })
    }

    fn other(&self, first: usize, rng: &mut Rng) -> Option<usize> {
        match self.chances.len() {
            0 | 1 => None,
            2 => Some(1 - first),
            _ => (0..DRAWS)
                .map(|_| self.table.draw(rng))
                .find(|second| *second != first),
        }
    }

    fn is_fair(&self, first: usize, second: usize, rng: &mut Rng) -> bool {
        let (from, to) = (self.chances[first], self.chances[second]);
        from <= to || rng.f32() * from < to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICKS: u32 = 200_000;

    fn shares(
        weights: &[u64],
        usable: impl Fn(usize) -> bool,
        is_better: impl Fn(&mut Rng, usize, usize) -> bool,
    ) -> Vec<f64> {
        let choices = TwoChoices::new(weights);
        let mut rng = Rng::with_seed(7);
        let mut picked = vec![0_u32; weights.len()];
        for _ in 0..PICKS {
            picked[choices.pick(&mut rng, &usable, &is_better).unwrap()] += 1;
        }
        picked
            .iter()
            .map(|picked| f64::from(*picked) / f64::from(PICKS))
            .collect()
    }

    #[track_caller]
    fn assert_near(shares: &[f64], weights: &[u64]) {
        let total: u64 = weights.iter().sum();
        for (share, weight) in shares.iter().zip(weights) {
            let ideal = *weight as f64 / total as f64;
            assert!((share - ideal).abs() < 0.005, "{shares:?} of {weights:?}");
        }
    }

    #[test]
    fn by_weight_where_nothing_tells_them_apart() {
        for weights in [&[1, 1][..], &[10, 1], &[1, 1, 1000], &[5, 1, 3, 10, 1, 80]] {
            assert_near(&shares(weights, |_| true, |_, _, _| false), weights);
        }
    }

    #[test]
    fn by_weight_where_chance_tells_them_apart() {
        let coin = |rng: &mut Rng, _, _| rng.bool();
        for weights in [&[1, 1][..], &[10, 1], &[1, 1, 10], &[5, 1, 3, 10, 1, 80]] {
            assert_near(&shares(weights, |_| true, coin), weights);
        }
    }

    #[test]
    fn the_better_of_two() {
        // The best wins whenever it is drawn, the worst never.
        let shares = shares(&[1, 1, 1], |_| true, |_, first, second| second < first);
        assert!(
            (shares[0] - 2.0 / 3.0).abs() < 0.01 && shares[2] < 0.001,
            "{shares:?}"
        );
    }

    #[test]
    fn never_one_that_cannot_be_used() {
        let usable = |index| index == 2;
        assert_eq!(
            shares(&[1000, 1000, 1], usable, |_, _, _| true),
            [0.0, 0.0, 1.0]
        );
        let none = TwoChoices::new(&[1, 1]).pick(&mut Rng::with_seed(1), |_| false, |_, _, _| true);
        assert_eq!(none, None);
        let empty = TwoChoices::new(&[]).pick(&mut Rng::with_seed(1), |_| true, |_, _, _| true);
        assert_eq!(empty, None);
    }
}
