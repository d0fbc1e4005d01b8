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

/// Ten workers of 10 ms each can do 1,000 requests/s; twice and five times that much comes.
#[test]
fn it_finds_the_capacity_and_keeps_the_latency() {
    for (seed, offered) in [(1, 2000.0), (2, 2000.0), (3, 5000.0)] {
        let mut world = World::new(seed, rules(true));
        world.offered[1] = offered;
        world.run(SECOND * 20);
        for minute in 0..5 {
            let mut seen = world.run(SECOND * 60);
            let rate = f64::from(seen.done) / 60.0;
            let (limit, median) = (world.admission.adaptive_limit().unwrap(), seen.median());
            println!("seed {seed} minute {minute}: {rate:.0}/s, limit {limit}, {median:.4} s");
            assert!(rate > 950.0, "{rate}/s of 1000 with limit {limit}");
            assert!(median < 0.025, "{median} s instead of 0.010");
            assert!((10..=40).contains(&limit), "{limit}");
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
