//! An outage of 30 s at 1,000 requests/s, and what reaches the upstream of it.

use std::time::Duration;

use super::super::{AdmissionRules, BreakerRules, Phase, Shares};
use super::world::World;

fn rules() -> AdmissionRules {
    AdmissionRules {
        requests: None,
        shares: Shares {
            background: 0.7,
            default: 0.9,
        },
        breaker: Some(BreakerRules {
            failures: 0.5,
            slow: None,
            window: Duration::from_secs(10),
            at_least: 20,
            open: Duration::from_secs(5),
            max_open: Duration::from_secs(60),
            trial: 3,
            recovery: Duration::from_secs(10),
        }),
        adaptive: None,
    }
}

const TENTH: Duration = Duration::from_millis(100);

#[test]
fn an_outage_and_the_way_back() {
    for seed in 0..10 {
        let mut world = World::new(seed, rules());
        world.workers = 100;
        world.offered[1] = 1000.0;
        let seen = world.run(Duration::from_secs(30));
        assert_eq!(
            seen.all_passed(),
            seen.all_offered(),
            "nothing is wrong yet"
        );

        world.sickness = 1.0;
        let (mut passed, mut offered) = (0, 0);
        for _ in 0..300 {
            let seen = world.run(TENTH);
            assert!(seen.all_passed() <= seen.all_offered());
            passed += seen.all_passed();
            offered += seen.all_offered();
        }
        println!("seed {seed}: {passed} of {offered} reached the upstream in the outage");
        // The window still holds 10 s of good ones: it takes as many bad ones to tip it, and then trials alone.
        assert!(f64::from(passed) < 0.40 * f64::from(offered));
        assert_ne!(world.admission.phase(), Some(Phase::Closed));

        world.sickness = 0.0;
        let mut rates = Vec::new();
        while world.admission.phase() != Some(Phase::Closed) {
            let seen = world.run(TENTH * 10);
            assert!(seen.all_passed() <= seen.all_offered());
            rates.push(seen.all_passed());
            assert!(rates.len() < 60, "it never closes: {rates:?}");
        }
        println!("the way back, per second: {rates:?}");
        let seen = world.run(Duration::from_secs(10));
        assert_eq!(seen.all_passed(), seen.all_offered());
        // From the first second of the ramp on, no second jumps by more than what is random.
        for pair in rates.windows(2) {
            assert!(pair[1] <= pair[0] + 250, "{rates:?}");
        }
        assert_eq!(world.counters.circuit_closed.get(), 1);
        assert!(world.counters.circuit_opened.get() >= 2);
    }
}

/// A few errors all the time are no outage, neither before nor in the recovery.
#[test]
fn background_errors_neither_open_it_nor_keep_it_from_closing() {
    let mut world = World::new(11, rules());
    world.workers = 100;
    world.offered[1] = 1000.0;
    world.sickness = 0.05;
    world.run(Duration::from_secs(120));
    assert_eq!(world.counters.circuit_opened.get(), 0);
    world.sickness = 1.0;
    world.run(Duration::from_secs(12));
    assert!(world.counters.circuit_opened.get() > 0);
    world.sickness = 0.05;
    world.run(Duration::from_secs(60));
    assert_eq!(world.admission.phase(), Some(Phase::Closed));
}
