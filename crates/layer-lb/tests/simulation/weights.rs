//! Each endpoint gets what its weight says, within one point of a hundred, however much there is to do.

use std::time::Duration;

use crate::world::{Ability, Offer, run};

const MEAN: Duration = Duration::from_millis(10);

/// The largest difference of an endpoint's share from its ideal, in points of a hundred, with `in_flight` requests in
/// flight on the average.
fn error(balance: &str, weights: &[u32], in_flight: f64) -> f64 {
    let abilities: Vec<_> = weights
        .iter()
        .map(|weight| Ability {
            weight: *weight,
            mean: MEAN,
            // What chance makes of latencies, peak EWMA takes for a difference.
            is_steady: balance.contains("ewma"),
            workers: usize::MAX,
        })
        .collect();
    let offer = Offer {
        a_second: in_flight / MEAN.as_secs_f64(),
        requests: 60_000,
    };
    let shares = run(balance, &abilities, offer).shares();
    let total: u32 = weights.iter().sum();
    let ideal = |weight: &u32| f64::from(*weight) / f64::from(total);
    let errors = shares
        .iter()
        .zip(weights)
        .map(|(share, weight)| (share - ideal(weight)).abs());
    errors.fold(0.0, f64::max) * 100.0
}

#[track_caller]
fn assert_within(balance: &str, most: f64) {
    for weights in [
        &[1, 1, 1, 1][..],
        &[10, 1],
        &[1, 2, 3, 4, 5],
        &[1, 1, 1, 1, 1, 1, 1, 1, 1, 100],
    ] {
        for in_flight in [0.5, 5.0, 50.0] {
            let error = error(balance, weights, in_flight);
            eprintln!("{balance}: {error:.2} points, {weights:?}, {in_flight} in flight");
            assert!(
                error <= most,
                "{balance}: {error} points, {weights:?}, {in_flight} in flight"
            );
        }
    }
}

#[test]
fn round_robin() {
    assert_within(r#""round-robin""#, 0.01);
}

#[test]
fn random() {
    assert_within(r#""random""#, 1.0);
}

#[test]
fn least_request() {
    assert_within(r#""least-request""#, 1.0);
}

#[test]
fn peak_ewma() {
    assert_within(r#""peak-ewma""#, 1.0);
}

#[test]
fn hash() {
    assert_within(r#"{ "hash": { "header": "x-user" } }"#, 1.0);
}
