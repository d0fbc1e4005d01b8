//! How the tiers of an upstream share its requests.

/// How much of a tier may be missing before the next takes over: as long as 1 / 1.4, or 71 %, of it is available, it
/// gets everything. Envoy's `overprovisioning_factor`, 140 %.
const OVERPROVISIONING: f64 = 1.4;

/// What there is of one tier, by weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TierHealth {
    pub(super) available: u64,
    /// With those that are not available.
    pub(super) total: u64,
}

impl TierHealth {
    /// How much of the requests it can take.
    fn capacity(self) -> f64 {
        if self.total == 0 {
            return 0.0;
        }
        (self.available as f64 / self.total as f64 * OVERPROVISIONING).min(1.0)
    }
}

/// What share of the requests each of `tiers` gets, which are sorted by their priority: as much as it can take of what
/// those before have left. Where all together cannot take everything, each gets as much more. The sum is 1, or 0 where
/// nothing is available. Envoy counts endpoints; here they count by their weight (Envoy's `weighted_priority_health`).
pub(super) fn shares(tiers: &[TierHealth]) -> Vec<f64> {
    let together: f64 = tiers.iter().map(|tier| tier.capacity()).sum();
    let scale = if together > 0.0 && together < 1.0 {
        1.0 / together
    } else {
        1.0
    };
    let mut left = 1.0_f64;
    let share = |tier: &TierHealth| {
        let share = (tier.capacity() * scale).min(left);
        left -= share;
        share
    };
    tiers.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percents(tiers: &[(u64, u64)]) -> Vec<i64> {
        let tier = |&(available, total): &(u64, u64)| TierHealth { available, total };
        let tiers: Vec<_> = tiers.iter().map(tier).collect();
        shares(&tiers)
            .iter()
            .map(|share| (share * 100.0).round() as i64)
            .collect()
    }

    /// The rows of the table in Envoy's documentation of priority levels.
    #[test]
    fn as_envoy_does() {
        for (tiers, wanted) in [
            (&[(100, 100), (100, 100)][..], &[100, 0][..]),
            (&[(72, 100), (72, 100)], &[100, 0]),
            (&[(71, 100), (71, 100)], &[99, 1]),
            (&[(50, 100), (50, 100)], &[70, 30]),
            (&[(25, 100), (100, 100)], &[35, 65]),
            (&[(25, 100), (25, 100)], &[50, 50]),
            (&[(0, 100), (100, 100)], &[0, 100]),
            (&[(20, 100), (20, 100), (10, 100)], &[40, 40, 20]),
            (&[(25, 100), (25, 100), (100, 100)], &[35, 35, 30]),
        ] {
            assert_eq!(percents(tiers), wanted, "{tiers:?}");
        }
    }

    #[test]
    fn nothing_available_gets_nothing() {
        assert_eq!(percents(&[(0, 3), (0, 2)]), [0, 0]);
        assert_eq!(percents(&[(0, 0), (1, 1)]), [0, 100]);
        assert!(percents(&[]).is_empty());
    }
}
