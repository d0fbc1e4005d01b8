//! What it costs to choose an endpoint: by each method, among 10 and among 1,000, of which every third has a weight of
//! its own and all have something to do.

#![expect(clippy::expect_used, reason = "a benchmark fails loudly")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use layer_lb::BalanceConfig;
use layer_lb::balance::{Affinity, Balance, Candidate, Choice, Measured, PeakEwma, Picker, Tried};
use tokio::time::Instant;

/// As large as an endpoint, which stands alone in the caches.
#[derive(Debug, Default)]
#[repr(align(256))]
struct Fake {
    in_flight: AtomicUsize,
    latency: PeakEwma,
}

impl Measured for Fake {
    fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    fn latency(&self, now: Instant) -> Option<f32> {
        self.latency.get(now)
    }
}

fn candidates(count: usize) -> Vec<Candidate<Fake>> {
    let candidate = |index: usize| {
        let fake = Fake::default();
        fake.in_flight.store(index % 7, Ordering::Relaxed);
        let latency = Duration::from_millis(5 + index as u64 % 11);
        fake.latency.observe(latency, Instant::now());
        let mut candidate = Candidate::new(Arc::new(fake), &format!("http://10.0.0.1:{index}"));
        candidate.weight = if index.is_multiple_of(3) {
            1 + index as u32
        } else {
            1
        };
        candidate
    };
    (0..count).map(candidate).collect()
}

fn choose(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("choose");
    for (name, config) in [
        ("least-request", r#""least-request""#),
        ("round-robin", r#""round-robin""#),
        ("peak-ewma", r#""peak-ewma""#),
        ("random", r#""random""#),
        ("hash", r#"{ "hash": { "header": "x-user" } }"#),
        (
            "hash-bounded",
            r#"{ "hash": { "header": "x-user" }, "load-bound": "125%" }"#,
        ),
    ] {
        let config: BalanceConfig = serde_json::from_str(config).expect("a balance");
        let balance = Balance::new(&config);
        for count in [10, 1000] {
            let candidates = candidates(count);
            let in_flight = candidates
                .iter()
                .map(|candidate| candidate.endpoint.in_flight())
                .sum();
            let picker = Picker::build(&balance, candidates);
            let tried = Tried::default();
            let mut number = 0_u64;
            // The service has looked at the clock already; so late that latencies decay.
            let now = Instant::now() + Duration::from_secs(10);
            group.bench_function(BenchmarkId::new(name, count), |bencher| {
                bencher.iter(|| {
                    number += 1;
                    let affinity = Affinity::Hash(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
                    let choice = Choice::new(&tried)
                        .affinity(affinity)
                        .in_flight(in_flight)
                        .at(now);
                    black_box(picker.pick(black_box(choice)).is_some())
                });
            });
        }
    }
    group.finish();
}

/// What it costs to build a picker, which happens when members or their health change.
fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build");
    for (name, config) in [
        ("least-request", r#""least-request""#),
        ("hash", r#"{ "hash": { "header": "x-user" } }"#),
    ] {
        let config: BalanceConfig = serde_json::from_str(config).expect("a balance");
        let balance = Balance::new(&config);
        for count in [10, 1000] {
            group.bench_function(BenchmarkId::new(name, count), |bencher| {
                bencher.iter_with_large_drop(|| Picker::build(&balance, candidates(count)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, choose, build);
criterion_main!(benches);
