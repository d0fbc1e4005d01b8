//! Single steps of the limit.

use super::*;

fn rules() -> AdaptiveRules {
    AdaptiveRules {
        min: 4,
        max: 200,
        tolerance: 0.5,
        window: Duration::from_millis(100),
        probe: Duration::from_secs(60),
    }
}

fn window(latency: f64, peak: usize) -> WindowSeen {
    WindowSeen {
        samples: 100,
        length: 0.1,
        latency,
        peak,
        refused: false,
    }
}

/// A limit of 100 with a baseline of 10 ms, and no probe for a minute.
fn settled() -> Gradient {
    Gradient {
        limit: 100.0,
        baseline: Some(0.010),
        calm: Mean::default(),
        next: Duration::from_secs(60),
        probe: None,
    }
}

const NOW: Duration = Duration::from_secs(1);

#[test]
fn it_grows_by_its_root_while_the_latency_is_fine() {
    let mut gradient = settled();
    gradient.learn(&rules(), &window(0.015, 100), NOW, 0.0);
    assert_eq!(gradient.limit(), 110);
}

#[test]
fn it_shrinks_with_the_latency_but_not_by_more_than_half() {
    let mut gradient = settled();
    gradient.learn(&rules(), &window(0.0166666, 100), NOW, 0.0);
    assert_eq!(gradient.limit(), 99, "90 + √90");
    gradient.learn(&rules(), &window(10.0, 100), NOW, 0.0);
    assert_eq!(gradient.limit(), 56, "99.5 / 2 + √(99.5 / 2)");
}

#[test]
fn it_stays_within_its_bounds() {
    let mut gradient = settled();
    for _ in 0..100 {
        gradient.learn(&rules(), &window(0.010, 200), NOW, 0.0);
    }
    assert_eq!(gradient.limit(), 200);
    let strict = AdaptiveRules {
        tolerance: 0.01,
        min: 30,
        ..rules()
    };
    for _ in 0..100 {
        gradient.learn(&strict, &window(10.0, 200), NOW, 0.0);
    }
    assert_eq!(gradient.limit(), 30);
}

#[test]
fn what_is_not_used_does_not_grow() {
    let mut gradient = settled();
    gradient.learn(&rules(), &window(0.010, 49), NOW, 0.0);
    assert_eq!(gradient.limit(), 100);
    let refused = WindowSeen {
        refused: true,
        ..window(0.010, 49)
    };
    gradient.learn(&rules(), &refused, NOW, 0.0);
    assert_eq!(gradient.limit(), 110);
}

#[test]
fn calm_windows_set_the_baseline_and_spare_the_probe() {
    let mut gradient = settled();
    gradient.learn(&rules(), &window(0.020, 10), NOW, 0.0);
    assert_eq!(gradient.baseline(), Some(0.010));
    gradient.learn(&rules(), &window(0.020, 100), Duration::from_secs(60), 0.0);
    assert!((gradient.baseline().unwrap() - 0.020).abs() < 1e-9);
    assert!(gradient.probe.is_none());
}

#[test]
fn a_probe_lowers_the_limit_for_four_windows_and_looks_at_three() {
    let mut gradient = settled();
    let minute = Duration::from_secs(60);
    gradient.learn(&rules(), &window(0.020, 100), minute, 0.0);
    assert_eq!(gradient.limit(), 37, "100 × 10 / 20 × 0.75");
    for latency in [0.020, 0.012, 0.012] {
        gradient.learn(&rules(), &window(latency, 37), minute, 0.0);
        assert_eq!(gradient.limit(), 37);
    }
    gradient.learn(&rules(), &window(0.012, 37), minute, 0.0);
    assert_eq!(gradient.limit(), 75, "twice what it was");
    assert!((gradient.baseline().unwrap() - 0.012).abs() < 1e-9);
    assert_eq!(gradient.next, minute * 2);
}

#[test]
fn a_probe_goes_deeper_while_as_much_gets_done_as_before() {
    let mut gradient = settled();
    gradient.next = NOW;
    let crowded = |latency, length| WindowSeen {
        refused: true,
        length,
        ..window(latency, 100)
    };
    // Ten at a time, 10 ms each: 100 take 100 ms. The baseline is far too high.
    gradient.baseline = Some(0.080);
    gradient.learn(&rules(), &crowded(0.100, 0.100), NOW, 0.0);
    let steps = [
        (60, 0.060, 0.1),
        (30, 0.030, 0.1),
        (15, 0.015, 0.1),
        (7, 0.010, 0.14),
    ];
    for (limit, latency, length) in steps {
        for _ in 0..4 {
            assert_eq!(gradient.limit(), limit);
            gradient.learn(&rules(), &crowded(latency, length), NOW, 0.0);
        }
    }
    assert!(gradient.probe.is_none());
    assert_eq!(gradient.limit(), 15);
    assert!((gradient.baseline().unwrap() - 0.010).abs() < 1e-9);
}

#[test]
fn windows_last_as_long_as_responses() {
    let gradient = settled();
    for (latency, millis) in [(0.010, 100), (0.300, 300), (1e9, 5000), (f64::NAN, 5000)] {
        let window = gradient.window(&rules(), latency);
        assert_eq!(window, Duration::from_millis(millis));
    }
}

#[test]
fn nonsense_changes_nothing() {
    let mut gradient = settled();
    for latency in [0.0, -1.0, f64::NAN] {
        gradient.learn(&rules(), &window(latency, 100), NOW, 0.0);
    }
    let empty = WindowSeen {
        samples: 0,
        ..window(0.010, 100)
    };
    gradient.learn(&rules(), &empty, NOW, 0.0);
    assert_eq!(gradient.limit(), 100);
}
