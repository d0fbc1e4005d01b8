//! One of ten endpoints takes ten times as long: how near to the best are the slowest of a hundred requests?

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use layer_lb::balance::Measured;
use tokio::time::Instant;

use crate::world::{Ability, Chooser, Offer, Report, Simulated, endpoints, run, run_with};

const OFFER: Offer = Offer {
    a_second: 3600.0,
    requests: 150_000,
};

/// Nine quick ones, busy by half under [`OFFER`], and the slow one at the end.
fn abilities() -> Vec<Ability> {
    let ability = |index| Ability {
        weight: 1,
        mean: Duration::from_millis(if index == 9 { 100 } else { 10 }),
        is_steady: false,
        workers: 8,
    };
    (0..10).map(ability).collect()
}

fn run_by(chooser: &mut Chooser<'_>) -> Report {
    let start = Instant::now();
    run_with(&abilities(), OFFER, start, &endpoints(10, start), chooser)
}

/// Who knows everything: of the nine quick ones always that with the fewest requests.
fn best() -> Report {
    run_by(&mut |endpoints: &[Arc<Simulated>], _, rng: &mut Rng| {
        let start = rng.usize(..9);
        let quick = (start..start + 9).map(|index| index % 9);
        quick
            .min_by_key(|index| endpoints[*index].in_flight())
            .unwrap()
    })
}

/// Envoy's `LEAST_REQUEST` with equal weights: two draws, perhaps of the same endpoint, and the one with fewer active
/// requests.
fn envoy() -> Report {
    run_by(&mut |endpoints: &[Arc<Simulated>], _, rng: &mut Rng| {
        let (first, second) = (rng.usize(..10), rng.usize(..10));
        if endpoints[second].in_flight() < endpoints[first].in_flight() {
            second
        } else {
            first
        }
    })
}

fn show(name: &str, report: &Report, best: &Report) -> f64 {
    let p99 = report.percentile(0.99);
    let factor = p99.as_secs_f64() / best.percentile(0.99).as_secs_f64();
    let (p50, p999) = (report.percentile(0.5), report.percentile(0.999));
    let slow = report.shares()[9] * 100.0;
    eprintln!(
        "{name:14} p50 {p50:.1?} p99 {p99:.1?} ({factor:.2} × the best) p99.9 {p999:.1?}, {slow:.2} % to the slow one"
    );
    factor
}

#[test]
fn p99_stays_near_the_best() {
    let best = best();
    show("best", &best, &best);
    let envoy = show("Envoy's", &envoy(), &best);
    let least_request = show(
        "least-request",
        &run(r#""least-request""#, &abilities(), OFFER),
        &best,
    );
    let peak_ewma = show(
        "peak-ewma",
        &run(r#""peak-ewma""#, &abilities(), OFFER),
        &best,
    );
    let round_robin = show(
        "round-robin",
        &run(r#""round-robin""#, &abilities(), OFFER),
        &best,
    );
    assert!(
        least_request <= 1.5 && least_request < envoy,
        "{least_request}, Envoy's {envoy}"
    );
    assert!(peak_ewma <= 1.1, "{peak_ewma}");
    // The scenario is one in which choosing matters.
    assert!(round_robin > 5.0, "{round_robin}");
}
