//! Keys stay where they are.

use std::collections::HashMap;

use fastrand::Rng;
use layer_lb::balance::{Affinity, Choice, Measured, Picker, Tried, stable_hash};
use tokio::time::Instant;

use crate::world::{Simulated, balance, candidates, endpoints};

const HASH: &str = r#"{ "hash": { "header": "x-user" } }"#;
const KEYS: usize = 50_000;

fn home(picker: &Picker<Simulated>, key: usize) -> usize {
    let (tried, hash) = (
        Tried::default(),
        stable_hash(format!("user-{key}").as_bytes()),
    );
    let choice = Choice::new(&tried).affinity(Affinity::Hash(hash));
    picker.pick(choice).unwrap().index
}

#[test]
fn an_endpoint_that_leaves_moves_its_share_alone() {
    for count in [2, 10, 100, 1000] {
        let all = endpoints(count, Instant::now());
        let weights = vec![1; count];
        let before = Picker::build(&balance(HASH), candidates(&all, &weights));
        let gone = count / 2;
        let mut left = candidates(&all, &weights);
        left.remove(gone);
        let after = Picker::build(&balance(HASH), left);
        let moves = |key: &usize| home(&before, *key) != home(&after, *key);
        let moved: Vec<_> = (0..KEYS).filter(moves).collect();
        assert!(
            moved.iter().all(|key| home(&before, *key) == gone),
            "others moved too"
        );
        let factor = moved.len() as f64 / KEYS as f64 * count as f64;
        eprintln!("{count} endpoints: {factor:.3} × the ideal share moves");
        assert!(
            factor <= 1.2 && factor > 0.5,
            "{factor} × the ideal share with {count} endpoints"
        );
    }
}

#[test]
fn who_is_unavailable_loses_its_keys_and_gets_the_same_ones_back() {
    let all = endpoints(10, Instant::now());
    let healthy = || candidates(&all, &[1; 10]);
    let mut ill = healthy();
    ill[3].is_available = false;
    let [before, meanwhile, after] =
        [healthy(), ill, healthy()].map(|candidates| Picker::build(&balance(HASH), candidates));
    for key in 0..5_000 {
        let (old, new) = (home(&before, key), home(&meanwhile, key));
        assert!(new != 3 && (old == new || old == 3));
        assert_eq!(home(&after, key), old);
    }
}

/// The most requests that one endpoint has, compared with the mean, when a few keys make half of all requests.
fn crowding(config: &str) -> (f64, usize) {
    let all = endpoints(10, Instant::now());
    let picker = Picker::build(&balance(config), candidates(&all, &[1; 10]));
    let tried = Tried::default();
    let mut rng = Rng::with_seed(5);
    let mut homes: HashMap<usize, Vec<usize>> = HashMap::new();
    for request in 0..1000 {
        let key = if rng.bool() { 0 } else { rng.usize(..10_000) };
        let hash = stable_hash(format!("user-{key}").as_bytes());
        let choice = Choice::new(&tried)
            .affinity(Affinity::Hash(hash))
            .in_flight(request);
        let chosen = picker.pick(choice).unwrap();
        chosen.begin();
        let known = homes.entry(key).or_default();
        if !known.contains(&chosen.index) {
            known.push(chosen.index);
        }
    }
    let most = all
        .iter()
        .map(|endpoint| endpoint.in_flight())
        .max()
        .unwrap();
    (most as f64 / 100.0, homes[&0].len())
}

#[test]
fn a_popular_key_overflows_to_the_same_few() {
    let (unbounded, homes) = crowding(HASH);
    assert!(
        unbounded > 4.0 && homes == 1,
        "{unbounded} × its share, at {homes}"
    );
    let (bounded, homes) = crowding(r#"{ "hash": { "header": "x-user" }, "load-bound": "150%" }"#);
    eprintln!(
        "{unbounded} × its share without a bound, {bounded} × with 150 %, at {homes} endpoints"
    );
    assert!(
        bounded <= 1.51 && homes < 10,
        "{bounded} × its share, at {homes}"
    );
}
