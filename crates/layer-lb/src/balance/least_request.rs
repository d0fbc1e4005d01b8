//! Least request.

use fastrand::Rng;

use super::Measured;

/// How many requests an endpoint of `weight` has in flight for as much weight as the lighter one of a pair has: in
/// whole requests, rounded up or down by chance. So an endpoint of weight 10 with one request counts as busy as one of
/// weight 1 with one in one case of ten, as if it were ten endpoints of which one is asked; in all others as idle.
pub(super) fn requests(rng: &mut Rng, in_flight: usize, weight: u64, lighter: u64) -> usize {
    if weight == lighter || in_flight == 0 {
        return in_flight;
    }
    let exact = in_flight as f32 * (lighter as f32 / weight as f32);
    (exact + rng.f32()) as usize
}

/// Whether the second has fewer requests in flight than the first, compared with its weight.
pub(super) fn is_less_busy<E: Measured>(
    rng: &mut Rng,
    (first, first_weight): (&E, u64),
    (second, second_weight): (&E, u64),
) -> bool {
    let lighter = first_weight.min(second_weight);
    let first = requests(rng, first.in_flight(), first_weight, lighter);
    first > 0 && requests(rng, second.in_flight(), second_weight, lighter) < first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_rounded_by_chance_to_the_right_mean() {
        let mut rng = Rng::with_seed(1);
        assert_eq!(requests(&mut rng, 7, 10, 10), 7);
        let sum: usize = (0..10_000).map(|_| requests(&mut rng, 7, 10, 1)).sum();
        assert!((6_900..7_100).contains(&sum), "{sum}");
        let sum: usize = (0..10_000).map(|_| requests(&mut rng, 25, 10, 1)).sum();
        assert!((24_800..25_200).contains(&sum), "{sum}");
    }
}
