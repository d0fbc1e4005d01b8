//! A second try goes elsewhere, whoever chooses.

use std::collections::HashSet;
use std::sync::Arc;

use fastrand::Rng;
use layer_lb::balance::{Affinity, Choice, Picker, Tried};
use tokio::time::Instant;

use crate::world::{balance, candidates, endpoints};

pub(crate) const METHODS: [&str; 6] = [
    r#""least-request""#,
    r#""round-robin""#,
    r#""peak-ewma""#,
    r#""random""#,
    r#"{ "hash": { "header": "x-user" } }"#,
    r#"{ "hash": { "header": "x-user" }, "load-bound": "125%" }"#,
];

#[test]
fn each_try_goes_to_another_endpoint() {
    for method in METHODS {
        for weights in [[1, 1, 1, 1], [1000, 1, 1, 1]] {
            let all = endpoints(4, Instant::now());
            let mut candidates = candidates(&all, &weights);
            candidates[3].priority = 1;
            let picker = Picker::build(&balance(method), candidates);
            let mut rng = Rng::with_seed(1);
            for request in 0..500 {
                let mut tried = Tried::default();
                let mut seen = HashSet::new();
                for _ in 0..4 {
                    let choice = Choice::new(&tried).affinity(Affinity::Hash(request << 40));
                    let chosen = Arc::clone(picker.pick_with(choice, &mut rng).unwrap());
                    assert!(
                        seen.insert(chosen.index),
                        "{method}: the same endpoint again"
                    );
                    tried.add(chosen);
                }
                // Nowhere is left: anywhere is better than nowhere.
                assert!(picker.pick_with(Choice::new(&tried), &mut rng).is_some());
            }
        }
    }
}

#[test]
fn none_of_none() {
    for method in METHODS {
        let all = endpoints(1, Instant::now());
        let mut candidates = candidates(&all, &[1]);
        candidates[0].is_available = false;
        let picker = Picker::build(&balance(method), candidates);
        assert!(picker.pick(Choice::new(&Tried::default())).is_none());
    }
}
