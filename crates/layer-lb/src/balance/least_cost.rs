//! Least cost: latency times requests.

use fastrand::Rng;
use tokio::time::Instant;

use super::Measured;
use super::least_request::requests;

/// What a request is taken to last, in seconds, at an endpoint that has not answered any yet: more than anywhere else.
/// It gets a first one and, until that is answered, no other (Finagle's penalty).
const UNKNOWN: f32 = 86_400.0;

/// How much less the second must cost. Less than an eighth is what chance makes of latencies, and what time makes of
/// them between two responses of an endpoint that is seldom asked; weights decide then.
const WORTH: f32 = 7.0 / 8.0;

/// Whether one more request costs clearly less at the second endpoint than at the first: its latency times the requests
/// that share it, by weight.
pub(super) fn is_cheaper<E: Measured>(
    rng: &mut Rng,
    now: Instant,
    (first, first_weight): (&E, u64),
    (second, second_weight): (&E, u64),
) -> bool {
    let lighter = first_weight.min(second_weight);
    let first = cost(rng, now, first, first_weight, lighter);
    cost(rng, now, second, second_weight, lighter) < first * WORTH
}

fn cost<E: Measured>(rng: &mut Rng, now: Instant, endpoint: &E, weight: u64, lighter: u64) -> f32 {
    let in_flight = endpoint.in_flight();
    match endpoint.latency(now) {
        None if in_flight == 0 => 0.0,
        latency => {
            let requests = requests(rng, in_flight, weight, lighter) + 1;
            latency.unwrap_or(UNKNOWN) * requests as f32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake(usize, Option<f32>);

    impl Measured for Fake {
        fn in_flight(&self) -> usize {
            self.0
        }

        fn latency(&self, _now: Instant) -> Option<f32> {
            self.1
        }
    }

    #[test]
    fn latency_times_requests() {
        for (first, second, is_second) in [
            (Fake(0, Some(0.1)), Fake(0, Some(0.05)), true),
            (Fake(0, Some(0.1)), Fake(0, Some(0.095)), false),
            (Fake(0, Some(0.1)), Fake(1, Some(0.06)), false),
            (Fake(3, Some(0.1)), Fake(1, Some(0.1)), true),
            (Fake(0, Some(0.1)), Fake(0, None), true),
            (Fake(0, Some(60.0)), Fake(1, None), false),
            (Fake(2, None), Fake(1, None), true),
            (Fake(0, None), Fake(0, None), false),
        ] {
            let mut rng = Rng::with_seed(1);
            let found = is_cheaper(&mut rng, Instant::now(), (&first, 1), (&second, 1));
            assert_eq!(found, is_second, "{:?} {:?}", first.1, second.1);
        }
    }
}
