//! The next tier takes over what the first cannot take, and who warms up gets less.

use fastrand::Rng;
use layer_lb::balance::{Affinity, Candidate, Choice, Picker, Tried};
use tokio::time::Instant;

use crate::retries::METHODS;
use crate::world::{Simulated, balance, candidates, endpoints};

/// What share of 20,000 requests each of ten endpoints gets.
fn shares(method: &str, change: impl Fn(&mut [Candidate<Simulated>])) -> Vec<f64> {
    let all = endpoints(10, Instant::now());
    let mut candidates = candidates(&all, &[1; 10]);
    change(&mut candidates);
    let picker = Picker::build(&balance(method), candidates);
    let (tried, mut rng) = (Tried::default(), Rng::with_seed(3));
    let mut chosen = [0_u32; 10];
    for _ in 0..20_000 {
        let choice = Choice::new(&tried).affinity(Affinity::Hash(rng.u64(..)));
        chosen[picker.pick_with(choice, &mut rng).unwrap().index] += 1;
    }
    chosen
        .iter()
        .map(|chosen| f64::from(*chosen) / 20_000.0)
        .collect()
}

#[test]
fn the_next_tier_takes_over_gradually() {
    for method in METHODS {
        for (ill, second) in [(0, 0.0), (1, 0.0), (2, 0.16), (3, 0.44), (5, 1.0)] {
            let shares = shares(method, |candidates| {
                for candidate in &mut candidates[5..] {
                    candidate.priority = 7;
                }
                for candidate in &mut candidates[..ill] {
                    candidate.is_available = false;
                }
            });
            let found: f64 = shares[5..].iter().sum();
            assert!(
                (found - second).abs() < 0.015,
                "{method}: {found} for {second} with {ill} ill"
            );
        }
    }
}

#[test]
fn who_warms_up_gets_less() {
    for method in &METHODS[..4] {
        let shares = shares(method, |candidates| candidates[0].share_of_weight = 0.1);
        assert!(
            (shares[0] - 0.1 / 9.1).abs() < 0.005,
            "{method}: {}",
            shares[0]
        );
    }
    let hash = shares(METHODS[4], |candidates| candidates[0].share_of_weight = 0.1);
    assert!(
        (hash[0] - 0.1).abs() < 0.01,
        "keys stay where they are: {}",
        hash[0]
    );
}
