//! Each transition with a clock of its own, and a long random walk.

use super::super::rules::SlowRule;
use super::*;

pub(in super::super) fn rules() -> BreakerRules {
    BreakerRules {
        failures: 0.5,
        slow: Some(SlowRule {
            than: Duration::from_secs(1),
            share: 0.8,
        }),
        window: Duration::from_secs(10),
        at_least: 20,
        open: Duration::from_secs(5),
        max_open: Duration::from_secs(60),
        trial: 3,
        recovery: Duration::from_secs(30),
    }
}

const GOOD: Judgement = Judgement {
    failed: false,
    slow: false,
};
const FAILED: Judgement = Judgement {
    failed: true,
    slow: false,
};
const SLOW: Judgement = Judgement {
    failed: false,
    slow: true,
};

/// A circuit and its clock.
struct Bench {
    rules: BreakerRules,
    machine: Machine,
    now: Duration,
}

impl Bench {
    fn new() -> Self {
        let rules = rules();
        Self {
            machine: Machine::new(&rules),
            rules,
            now: Duration::from_secs(100),
        }
    }

    fn open() -> Self {
        let mut bench = Self::new();
        for _ in 0..20 {
            bench.ends(FAILED);
        }
        assert_eq!(bench.machine.phase(), Phase::Open);
        bench
    }

    fn on_trial() -> Self {
        let mut bench = Self::open();
        bench.wait(5000);
        assert!(bench.passes());
        assert_eq!(bench.machine.phase(), Phase::Trial);
        bench
    }

    fn recovering() -> Self {
        let mut bench = Self::on_trial();
        for _ in 0..2 {
            assert!(bench.passes());
        }
        for _ in 0..3 {
            bench.ends(GOOD);
        }
        assert_eq!(bench.machine.phase(), Phase::Recovering);
        bench
    }

    fn wait(&mut self, millis: u64) {
        self.now += Duration::from_millis(millis);
    }

    fn passes(&mut self) -> bool {
        self.machine.ask(&self.rules, self.now).0 == Verdict::Pass
    }

    fn ends(&mut self, judgement: Judgement) -> Option<Phase> {
        let now = self.now;
        let change = self
            .machine
            .learn(&self.rules, Some(judgement), (now, now), 0.0);
        change.map(|change| change.to)
    }

    fn comes_to_nothing(&mut self) {
        let now = self.now;
        let change = self.machine.learn(&self.rules, None, (now, now), 0.0);
        assert_eq!(change, None);
    }
}

#[test]
fn it_opens_at_the_share_and_not_below_the_least_number() {
    let mut bench = Bench::new();
    for _ in 0..19 {
        assert_eq!(bench.ends(FAILED), None);
    }
    assert!(bench.passes());
    assert_eq!(bench.ends(FAILED), Some(Phase::Open));
    assert!(!bench.passes());

    let mut bench = Bench::new();
    for _ in 0..11 {
        assert_eq!(bench.ends(GOOD), None);
    }
    for _ in 0..10 {
        assert_eq!(bench.ends(FAILED), None);
    }
    assert_eq!(bench.ends(FAILED), Some(Phase::Open), "11 of 22");
}

#[test]
fn it_opens_for_slowness() {
    let mut bench = Bench::new();
    for _ in 0..4 {
        bench.ends(GOOD);
    }
    for _ in 0..15 {
        assert_eq!(bench.ends(SLOW), None);
    }
    assert_eq!(bench.ends(SLOW), Some(Phase::Open), "16 of 20");
    bench = Bench::new();
    bench.rules.slow = None;
    for _ in 0..1000 {
        assert_eq!(bench.ends(SLOW), None);
    }
}

#[test]
fn old_failures_do_not_count() {
    let mut bench = Bench::new();
    for _ in 0..19 {
        bench.ends(FAILED);
    }
    bench.wait(10_000);
    for _ in 0..19 {
        assert_eq!(bench.ends(FAILED), None);
    }
    assert_eq!(bench.ends(FAILED), Some(Phase::Open));
}

#[test]
fn open_says_how_long_and_then_lets_a_few_try() {
    let mut bench = Bench::open();
    bench.wait(1500);
    let (verdict, change) = bench.machine.ask(&bench.rules, bench.now);
    assert_eq!(verdict, Verdict::Refuse(Duration::from_millis(3500)));
    assert_eq!(change, None);
    bench.wait(3500);
    let (verdict, change) = bench.machine.ask(&bench.rules, bench.now);
    assert_eq!(verdict, Verdict::Pass);
    assert_eq!(change.map(|change| change.to), Some(Phase::Trial));
    let passed = (0..100).filter(|_| bench.passes()).count();
    assert_eq!(passed, 2);
}

#[test]
fn one_failure_in_the_trial_opens_again_for_longer() {
    let mut bench = Bench::on_trial();
    bench.ends(GOOD);
    let learnt = bench
        .machine
        .learn(&bench.rules, Some(FAILED), (bench.now, bench.now), 0.0);
    let change = learnt.unwrap();
    assert_eq!(change.to, Phase::Open);
    assert_eq!(change.open_for, Some(Duration::from_secs(10)));
    bench.wait(9999);
    assert!(!bench.passes());
    bench.wait(1);
    assert!(bench.passes());
}

#[test]
fn slowness_in_the_trial_is_judged_when_it_is_over() {
    let mut bench = Bench::on_trial();
    assert_eq!(bench.ends(SLOW), None);
    assert_eq!(bench.ends(SLOW), None);
    assert_eq!(bench.ends(SLOW), Some(Phase::Open));
    let mut bench = Bench::on_trial();
    assert_eq!(bench.ends(SLOW), None);
    assert_eq!(bench.ends(SLOW), None);
    assert_eq!(bench.ends(GOOD), Some(Phase::Recovering));
}

#[test]
fn what_began_before_the_trial_says_nothing() {
    let mut bench = Bench::on_trial();
    let before = bench.now - Duration::from_millis(1);
    let times = (before, bench.now);
    assert_eq!(
        bench.machine.learn(&bench.rules, Some(FAILED), times, 0.0),
        None
    );
    assert_eq!(bench.machine.phase(), Phase::Trial);
    for _ in 0..10 {
        assert_eq!(
            bench.machine.learn(&bench.rules, Some(GOOD), times, 0.0),
            None
        );
    }
    assert_eq!(bench.machine.phase(), Phase::Trial);
}

#[test]
fn a_trial_that_comes_to_nothing_is_made_again() {
    let mut bench = Bench::on_trial();
    bench.comes_to_nothing();
    let passed = (0..100).filter(|_| bench.passes()).count();
    assert_eq!(passed, 3, "the place of the one that was cancelled is free");
    bench.wait(4999);
    assert!(!bench.passes());
    bench.wait(1);
    let passed = (0..100).filter(|_| bench.passes()).count();
    assert_eq!(passed, 3, "they hang, others are let in");
    for _ in 0..100 {
        bench.comes_to_nothing();
    }
    let passed = (0..100).filter(|_| bench.passes()).count();
    assert_eq!(passed, 3, "never more at once");
}

#[test]
fn recovery_ends_closed_and_forgets_the_trips() {
    let mut bench = Bench::recovering();
    for _ in 0..29 {
        bench.wait(1000);
        bench.passes();
        assert_eq!(bench.ends(GOOD), None);
    }
    bench.wait(1000);
    assert_eq!(bench.ends(GOOD), Some(Phase::Closed));
    assert_eq!(bench.machine.trips, 0);
    let mut bench = Bench::recovering();
    bench.wait(30_000);
    assert!(bench.passes(), "a request closes it too");
    assert_eq!(bench.machine.phase(), Phase::Closed);
}

#[test]
fn failures_in_the_recovery_open_soon_but_a_single_one_does_not() {
    let mut bench = Bench::recovering();
    assert_eq!(bench.ends(FAILED), None, "1 of 4");
    assert_eq!(bench.ends(FAILED), None, "2 of 5");
    assert_eq!(bench.ends(FAILED), Some(Phase::Open), "3 of 6");
    assert_eq!(bench.machine.trips, 2);
}

/// Whatever happens: open refuses, closed lets pass, a trial lets no more in than it may, and no two changes lead to
/// the same state.
#[test]
fn a_random_walk_keeps_the_rules() {
    for seed in 0..50 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut bench = Bench::new();
        bench.rules.at_least = random.u32(1..30);
        bench.rules.trial = random.u32(1..6);
        let mut sickness = 0.0;
        let mut in_trial = 0;
        for step in 0..20_000 {
            if step % 500 == 0 {
                sickness = *random.choice(&[0.0, 0.05, 0.6, 1.0]).unwrap();
            }
            bench.wait(random.u64(0..200));
            let before = bench.machine.phase();
            let (verdict, change) = bench.machine.ask(&bench.rules, bench.now);
            let phase = bench.machine.phase();
            assert_eq!(change.is_some(), before != phase);
            match phase {
                Phase::Closed => assert_eq!(verdict, Verdict::Pass),
                Phase::Open => assert_ne!(verdict, Verdict::Pass),
                Phase::Trial if before == Phase::Open => in_trial = 1,
                Phase::Trial => in_trial += u32::from(verdict == Verdict::Pass),
                Phase::Recovering => {}
            }
            if verdict == Verdict::Pass {
                let judgement = Judgement {
                    failed: random.f64() < sickness,
                    slow: random.f64() < sickness / 2.0,
                };
                let change = bench.ends(judgement);
                assert_eq!(change.is_some(), phase != bench.machine.phase());
                if change == Some(Phase::Recovering) {
                    assert!(in_trial >= bench.rules.trial);
                }
            }
            assert!(in_trial <= bench.rules.trial || phase != Phase::Trial);
        }
    }
}
