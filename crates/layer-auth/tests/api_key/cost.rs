//! What a decision costs.

use gateway_testkit::count_allocations;
use http::Request;
use layer_auth::{ApiKeyLayer, ApiKeys, Identity, hash_key};

#[test]
fn a_key_in_a_header_is_recognised_without_an_allocation() {
    let ci = Identity::builder("api-key", "ci").build();
    let layer = ApiKeyLayer::new(ApiKeys::new().with(hash_key(b"test"), ci));
    let request = Request::get("/").header("x-api-key", "test");
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let mut decided = None;
    let allocations = count_allocations(|| decided = Some(layer.decide(&parts)));
    assert_eq!(decided.unwrap().unwrap().subject(), "ci");
    assert_eq!(allocations.count, 0);
}
