//! What is let in, and in which order it is asked.

use std::time::Duration;

use gateway_core::counter::Counter;

use super::*;

fn shares() -> Shares {
    Shares {
        background: 0.5,
        default: 0.75,
    }
}

fn rules() -> AdmissionRules {
    AdmissionRules {
        requests: None,
        shares: shares(),
        breaker: None,
        adaptive: None,
    }
}

fn build(rules: AdmissionRules) -> Option<Admission> {
    Admission::build(rules, &"orders".into(), &Arc::default())
}

#[test]
fn where_nothing_is_limited_there_is_none() {
    assert!(build(rules()).is_none());
}

#[test]
fn each_class_has_its_room_and_its_counter() {
    let admission = build(AdmissionRules {
        requests: Some(4),
        ..rules()
    })
    .unwrap();
    admission.keep_for_critical();
    let (load, now) = (Load::default(), Instant::now());
    let mut seats = Vec::new();
    let mut admit = |class| match admission.admit(class, &load, now) {
        Ok(seat) => {
            seats.push(seat);
            None
        }
        Err(refusal) => Some(refusal),
    };
    assert_eq!(admit(Class::Background), None);
    assert_eq!(admit(Class::Background), None);
    assert_eq!(
        admit(Class::Background),
        Some(Refusal::Shed(Class::Background))
    );
    assert_eq!(admit(Class::Default), None);
    assert_eq!(admit(Class::Default), Some(Refusal::Shed(Class::Default)));
    assert_eq!(admit(Class::Critical), None);
    for class in [Class::Background, Class::Default, Class::Critical] {
        assert_eq!(admit(class), Some(Refusal::Capped));
    }
    let counters = &admission.counters;
    let [background, default, capped] = [
        &counters.shed_background,
        &counters.shed_default,
        &counters.capped,
    ]
    .map(Counter::get);
    assert_eq!((background, default, capped), (1, 1, 3));
    drop(seats);
    assert_eq!(load.in_flight(), 0);
}

#[test]
fn a_full_house_does_not_waste_the_places_of_a_trial() {
    let breaker = BreakerRules {
        failures: 0.5,
        slow: None,
        window: Duration::from_secs(10),
        at_least: 1,
        open: Duration::from_secs(5),
        max_open: Duration::from_secs(5),
        trial: 1,
        recovery: Duration::from_secs(10),
    };
    let admission = build(AdmissionRules {
        requests: Some(1),
        breaker: Some(breaker),
        ..rules()
    })
    .unwrap();
    let (load, mut now) = (Load::default(), Instant::now() + Duration::from_secs(1));
    let failed = Outcome {
        ending: crate::outcome::Ending::Failed(gateway_core::facts::FailureKind::Reset),
        elapsed: Duration::ZERO,
    };
    assert!(admission.admits_retry(Class::Default, &load));
    admission.observe(&failed, now);
    assert!(!admission.admits_retry(Class::Default, &load));
    let refused = |now| admission.admit(Class::Default, &load, now).err();
    assert!(
        matches!(refused(now), Some(Refusal::CircuitOpen(wait)) if wait > Duration::from_secs(3))
    );
    assert_eq!(load.in_flight(), 0, "who is refused leaves no trace");
    now += Duration::from_secs(6);
    load.begin();
    assert_eq!(refused(now), Some(Refusal::Capped));
    assert_eq!(admission.phase(), Some(Phase::Open));
    load.end();
    let seat = admission.admit(Class::Default, &load, now).unwrap();
    assert_eq!(admission.phase(), Some(Phase::Trial));
    drop(seat);
    assert!(matches!(refused(now), Some(Refusal::CircuitOpen(_))));
    assert_eq!(admission.counters.circuit_opened.get(), 1);
    assert_eq!(admission.counters.circuit_refused.get(), 2);
}
