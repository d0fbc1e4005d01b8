//! What a request costs in the router, with one route and with 10,000.

use std::hint::black_box;
use std::time::Duration;

use gateway_core::config::{ConfigErrors, Source};
use http::Request;
use http::request::Parts;
use portcullis::Gateway;
use portcullis::routing::RouteTable;
use rustix::time::{ClockId, clock_gettime};

const MANY: usize = 10_000;
/// How often each request is routed in one round, and how many rounds are tried.
const LOOKUPS: u32 = 20_000;
const ROUNDS: usize = 41;

/// So many routes, each for a host and a path of its own.
fn router(routes: usize) -> Result<RouteTable<usize>, ConfigErrors> {
    let tables: String = (0..routes)
        .map(|i| {
            format!(
                "[[routes]]\nname = \"r{i}\"\nrespond = {{}}\n\
                 match = {{ host = \"h{i}.example\", path = \"/v1/things{i}/{{id}}\" }}\n"
            )
        })
        .collect();
    let text = format!("[listeners.public]\nbind = \"127.0.0.1:0\"\n{tables}");
    Ok(Gateway::new()
        .load(&Source::new("routes.toml", text))?
        .router)
}

fn request(route: usize) -> Result<(Parts, String), http::Error> {
    let request = Request::get(format!("/v1/things{route}/42")).body(())?;
    Ok((request.into_parts().0, format!("h{route}.example")))
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The processor time of one look-up, the requests taking turns.
fn round(router: &RouteTable<usize>, requests: &[(Parts, String)]) -> Duration {
    let start = processor_time();
    for (parts, host) in requests.iter().cycle().take(LOOKUPS as usize) {
        assert!(black_box(router.find(parts, host)).is_some());
    }
    (processor_time() - start) / LOOKUPS
}

#[test]
fn ten_thousand_routes_cost_at_most_a_microsecond_more_than_one() {
    let (one, many) = (router(1).unwrap(), router(MANY).unwrap());
    let single = [request(0).unwrap()];
    let all: Vec<_> = (0..MANY).map(|route| request(route).unwrap()).collect();
    // What else the machine does can only add to a round, so the least of each counts.
    let (mut alone, mut among) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        alone = alone.min(round(&one, &single));
        among = among.min(round(&many, &all));
    }
    println!("one route {alone:?}; 10,000 routes, each asked for in turn, {among:?}");
    assert!(among.saturating_sub(alone) <= Duration::from_micros(1));
}
