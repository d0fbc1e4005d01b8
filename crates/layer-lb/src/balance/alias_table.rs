//! Drawing by weight.

use fastrand::Rng;

/// How often another is drawn in the place of one that does not do, before we look one by one.
pub(super) const DRAWS: usize = 8;

/// Draws indices by weight, in the same time however many there are: the alias method (Walker; built as Vose does).
#[derive(Debug)]
pub(super) struct AliasTable(Box<[Column]>);

/// A column of the table: the numbers below the threshold are its own, the others belong to its alias.
#[derive(Clone, Copy, Debug)]
struct Column {
    threshold: u32,
    alias: u32,
}

impl AliasTable {
    /// Of as many as there are weights, each at least 1.
    pub(super) fn new(weights: &[u64]) -> Self {
        let total: u64 = weights.iter().sum();
        let mean = total as f64 / weights.len() as f64;
        let mut parts: Vec<f64> = weights.iter().map(|weight| *weight as f64 / mean).collect();
        let whole = |index| Column {
            threshold: u32::MAX,
            alias: index,
        };
        let mut columns: Box<[Column]> = (0..weights.len() as u32).map(whole).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..parts.len()).partition(|index| parts[*index] < 1.0);
        while let (Some(&less), Some(&more)) = (small.last(), large.last()) {
            small.pop();
            columns[less] = Column {
                threshold: (parts[less] * f64::from(u32::MAX)) as u32,
                alias: more as u32,
            };
            parts[more] -= 1.0 - parts[less];
            if parts[more] < 1.0 {
                large.pop();
                small.push(more);
            }
        }
        Self(columns)
    }

    /// One that is `usable`; one after the other, where that is hard to find. `None` where there is none.
    pub(super) fn draw_usable(
        &self,
        rng: &mut Rng,
        usable: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let count = self.0.len();
        let drawn = if count == 0 {
            return None;
        } else {
            self.draw(rng)
        };
        if usable(drawn) {
            return Some(drawn);
        }
        (1..DRAWS)
            .map(|_| self.draw(rng))
            .chain((1..=count).map(|step| (drawn + step) % count))
            .find(|index| usable(*index))
    }

    /// One of them; 0 where there are none.
    pub(super) fn draw(&self, rng: &mut Rng) -> usize {
        let bits = rng.u64(..);
        let index = (((bits >> 32) * self.0.len() as u64) >> 32) as usize;
        match self.0.get(index) {
            Some(column) if bits as u32 > column.threshold => column.alias as usize,
            _ => index,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_usable() {
        let mut rng = Rng::with_seed(1);
        let table = AliasTable::new(&[1_000_000, 1_000_000, 1]);
        assert_eq!(table.draw_usable(&mut rng, |index| index == 2), Some(2));
        assert_eq!(table.draw_usable(&mut rng, |_| false), None);
        assert_eq!(AliasTable::new(&[]).draw_usable(&mut rng, |_| true), None);
    }

    #[test]
    fn as_often_as_the_weights_say() {
        for weights in [
            &[1][..],
            &[1, 1],
            &[1, 1000],
            &[5, 1, 3, 10, 1, 80],
            &[7; 100],
        ] {
            let table = AliasTable::new(weights);
            let mut rng = Rng::with_seed(1);
            let mut drawn = vec![0_u32; weights.len()];
            let draws = 200_000;
            for _ in 0..draws {
                drawn[table.draw(&mut rng)] += 1;
            }
            let total: u64 = weights.iter().sum();
            for (weight, drawn) in weights.iter().zip(drawn) {
                let ideal = *weight as f64 / total as f64;
                let share = f64::from(drawn) / f64::from(draws);
                assert!(
                    (share - ideal).abs() < 0.003,
                    "{share} for {ideal} of {weights:?}"
                );
            }
        }
    }
}
