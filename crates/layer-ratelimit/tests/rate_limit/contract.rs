//! The contract of every layer, and what it costs to pass.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::Ipv4Addr;

use axum::body::Body;
use gateway_core::contract::{Request, Response};
use gateway_core::facts::ClientAddr;
use gateway_testkit::{count_allocations, layer_contract};
use layer_ratelimit::{Key, Policy, RateLimitLayer};
use tower::{Layer, Service};

fn layer() -> RateLimitLayer {
    let policy = Policy::new("100/min".parse().unwrap(), Key::Address);
    RateLimitLayer::new(policy).unwrap()
}

fn request() -> Request {
    let mut request = Request::new(Body::empty());
    let address = ClientAddr::new(Ipv4Addr::LOCALHOST.into());
    request.extensions_mut().insert(address);
    request
}

layer_contract! {
    rate_limit: layer(),
    passing request: request(),
    refusing request: Request::new(Body::empty()),
    may change: ["ratelimit", "ratelimit-policy"],
    passes on: errors,
}

fn answer(_: Request) -> Ready<Result<Response, Infallible>> {
    ready(Ok(Response::default()))
}

/// Two for the response's map of header fields, which was empty, and one for what `RateLimit` says.
#[test]
fn a_pass_allocates_no_more_than_it_tells() {
    let mut service = layer().layer(tower::service_fn(answer));
    let mut pass = || {
        let request = request();
        count_allocations(|| {
            let mut future = std::pin::pin!(service.call(request));
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(future.as_mut().poll(&mut cx).is_ready());
        })
    };
    pass();
    let allocations = pass().count;
    assert!(allocations <= 3, "{allocations}");
}
