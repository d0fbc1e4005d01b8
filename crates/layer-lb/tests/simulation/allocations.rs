//! To choose takes no memory.

use fastrand::Rng;
use layer_lb::balance::{Affinity, Choice, Picker, Tried};
use tokio::time::Instant;

use crate::retries::METHODS;
use crate::world::{balance, candidates, endpoints};

#[test]
fn to_choose_takes_no_memory() {
    for method in METHODS {
        let all = endpoints(10, Instant::now());
        let picker = Picker::build(
            &balance(method),
            candidates(&all, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        );
        let mut tried = Tried::default();
        let mut rng = Rng::with_seed(1);
        let used = allocation_counter::measure(|| {
            for request in 0..100 {
                let choice = Choice::new(&tried)
                    .affinity(Affinity::Hash(request << 50))
                    .in_flight(7);
                let _ = picker.pick(choice).map(std::sync::Arc::as_ptr);
                if let Some(chosen) = picker.pick_with(choice, &mut rng) {
                    tried.add(std::sync::Arc::clone(chosen));
                }
            }
        });
        assert_eq!(used.count_total, 0, "{method}");
    }
}
