//! What a stack of layers costs: allocations, and CPU time per request.

#![expect(
    clippy::print_stdout,
    reason = "the figures are what one runs this for"
)]

mod pass_through;

use std::hint::black_box;
use std::io;
use std::time::Duration;

use axum_core::body::Body;
use gateway_core::config::{ConfigErrors, Source};
use gateway_core::contract::{Request, RouteService};
use gateway_testkit::count_allocations;
use pass_through::{PassThrough, PassThroughHandler};
use portcullis::Gateway;
use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::Runtime;
use tokio_util::task::TaskTracker;

/// Whatever keeps a test from being carried out.
type Failure = Box<dyn std::error::Error>;

/// How many requests one round sends, and how many rounds are tried.
const REQUESTS: u32 = 20_000;
const ROUNDS: usize = 41;

/// A route with `layers` layers of the type `kind`, put together from a file as always.
fn stack(kind: &str, layers: usize) -> Result<RouteService, ConfigErrors> {
    let names: Vec<String> = (0..layers).map(|i| format!("l{i}")).collect();
    let tables: String = names
        .iter()
        .map(|name| format!("[layers.{name}]\ntype = \"{kind}\"\n"))
        .collect();
    let text = format!(
        "[listeners.public]\nbind = \"127.0.0.1:0\"\n{tables}\
         [[routes]]\nname = \"all\"\nlayers = {names:?}\nrespond = {{ body = \"ok\" }}\n"
    );
    let gateway = Gateway::new()
        .with::<PassThrough>()
        .with::<PassThroughHandler>();
    let configuration = gateway.load(&Source::new("stack.toml", text))?;
    Ok(configuration.plans[0].stack(
        &|_, _| unreachable!("the route answers by itself"),
        &TaskTracker::new(),
    ))
}

fn send(runtime: &Runtime, stack: &RouteService, requests: u32) {
    runtime.block_on(async {
        for _ in 0..requests {
            let Ok(response) = stack.respond(Request::new(Body::empty())).await;
            black_box(response);
        }
    });
}

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().build()
}

/// The processor time of this thread so far: what other programs on the machine take does not count.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The processor time one request takes, as the least of many rounds that alternate between the stacks: what
/// else the machine does can only add to it.
fn least(runtime: &Runtime, stacks: [&RouteService; 2]) -> [Duration; 2] {
    let mut least = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (stack, least) in stacks.into_iter().zip(&mut least) {
            let start = processor_time();
            send(runtime, stack, REQUESTS);
            *least = (*least).min((processor_time() - start) / REQUESTS);
        }
    }
    least
}

fn adds(kind: &str) -> Result<Duration, Failure> {
    let [none, eight] = least(&runtime()?, [&stack(kind, 0)?, &stack(kind, 8)?]);
    let difference = eight.saturating_sub(none);
    println!("{kind}: no layers {none:?}, eight {eight:?}, the difference {difference:?}");
    Ok(difference)
}

fn allocations(kind: &str, layers: usize) -> Result<u64, Failure> {
    let (runtime, stack) = (runtime()?, stack(kind, layers)?);
    send(&runtime, &stack, 10);
    let total = count_allocations(|| send(&runtime, &stack, 100)).count;
    assert_eq!(total % 100, 0, "every request allocates alike");
    Ok(total / 100)
}

/// How many allocations eight layers add.
fn adds_allocations(kind: &str) -> Result<u64, Failure> {
    let (none, eight) = (allocations(kind, 0)?, allocations(kind, 8)?);
    println!("{kind}: no layers {none} allocations, eight {eight}");
    Ok(eight - none)
}

#[test]
fn eight_layers_that_decide_at_once_add_less_than_a_microsecond() {
    assert!(adds(PassThrough::NAME).unwrap() < Duration::from_micros(1));
}

#[test]
fn eight_asynchronous_handlers_add_less_than_a_microsecond() {
    assert!(adds(PassThroughHandler::NAME).unwrap() < Duration::from_micros(1));
}

#[test]
fn a_layer_allocates_its_future_and_nothing_else() {
    assert_eq!(adds_allocations(PassThrough::NAME).unwrap(), 8);
}

#[test]
fn a_handler_allocates_its_future_and_nothing_else() {
    assert_eq!(adds_allocations(PassThroughHandler::NAME).unwrap(), 8);
}
