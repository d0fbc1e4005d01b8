//! The adaptive limit finds what a server can take, and the least important requests go first.

use std::time::Duration;

use super::super::{AdaptiveRules, AdmissionRules, Class, Shares};
use super::world::World;

fn rules(adaptive: bool) -> AdmissionRules {
    AdmissionRules {
        requests: (!adaptive).then_some(40),
        shares: Shares {
            background: 0.7,
            default: 0.9,
        },
        breaker: None,
        adaptive: adaptive.then_some(AdaptiveRules {
            min: 3,
            max: 1000,
            tolerance: 0.5,
            window: Duration::from_millis(100),
            probe: Duration::from_secs(60),
        }),
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// Each worker can do 100 requests/s; twice and five times as many come as all of them can do. A single worker has two
/// requests waiting even at the lowest limit, 3.
#[test]
fn it_finds_the_capacity_and_keeps_the_latency() {
    for (seed, workers, excess, longest) in [
        (1, 10, 2.0, 0.025),
        (2, 10, 5.0, 0.025),
        (3, 2, 2.0, 0.035),
        (4, 1, 2.0, 0.060),
        (5, 100, 2.0, 0.025),
    ] {
        let mut world = World::new(seed, rules(true));
        let capacity = 100.0 * workers as f64;
        world.workers = workers;
        world.offered[1] = capacity * excess;
        world.run(SECOND * 30);
        for minute in 0..3 {
            let mut seen = world.run(SECOND * 60);
            let share = f64::from(seen.done) / 60.0 / capacity;
            let (limit, median) = (world.admission.adaptive_limit().unwrap(), seen.median());
            println!("{workers} × {excess}, {minute}: {share:.3}, limit {limit}, {median:.4} s");
            assert!(share > 0.93, "{share} of what it can do with limit {limit}");
            assert!(median < longest, "{median} s instead of 0.010");
            assert!((workers..=workers * 3 + 3).contains(&limit), "{limit}");
        }
        assert!(world.counters.limited.get() > 0);
    }
}

#[test]
fn it_leaves_a_server_alone_that_has_little_to_do() {
    let mut world = World::new(4, rules(true));
    world.offered[1] = 500.0;
    world.run(SECOND * 10);
    let seen = world.run(SECOND * 300);
    assert_eq!(seen.all_passed(), seen.all_offered());
}

/// A server that becomes slower by itself is not taken for a crowded one for ever.
#[test]
fn it_follows_a_server_that_changes() {
    let mut world = World::new(5, rules(true));
    world.offered[1] = 2000.0;
    world.run(SECOND * 100);
    world.workers = 40;
    world.run(SECOND * 100);
    let seen = world.run(SECOND * 60);
    let rate = f64::from(seen.done) / 60.0;
    assert!(rate > 1900.0, "four times the workers: {rate}/s");
    world.workers = 10;
    world.service = 0.020;
    world.run(SECOND * 200);
    let mut seen = world.run(SECOND * 60);
    let (rate, median) = (f64::from(seen.done) / 60.0, seen.median());
    println!("half as quick: {rate:.0}/s, {median:.4} s");
    assert!(rate > 475.0, "half as quick: {rate}/s");
    assert!(median < 0.060, "{median} s");
}

#[test]
fn the_least_important_go_first() {
    for (seed, adaptive) in [(6, true), (7, false)] {
        let mut world = World::new(seed, rules(adaptive));
        world.admission.keep_for_critical();
        world.offered = [800.0, 800.0, 400.0];
        world.run(SECOND * 20);
        let seen = world.run(SECOND * 120);
        let shares =
            [Class::Background, Class::Default, Class::Critical].map(|class| seen.share(class));
        println!("adaptive {adaptive}: {shares:.3?}");
        let [background, default, critical] = shares;
        assert!(critical > 0.98, "critical: {critical}");
        assert!((0.5..0.9).contains(&default), "default: {default}");
        assert!(background < 0.15, "background: {background}");
        assert!(f64::from(seen.done) / 120.0 > 950.0);
        assert!(world.counters.shed_background.get() > world.counters.shed_default.get());
        assert!(world.counters.shed_default.get() > 0);
    }
}

#[test]
fn nothing_is_kept_for_classes_that_nobody_has() {
    let mut world = World::new(8, rules(false));
    world.offered[1] = 5000.0;
    world.run(SECOND * 5);
    assert!(world.load.in_flight() >= 39, "{}", world.load.in_flight());
    assert_eq!(world.counters.shed_default.get(), 0);
    assert!(world.counters.capped.get() > 0);
}
