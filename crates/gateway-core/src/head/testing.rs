//! What the tests of heads share.

use http::{HeaderMap, HeaderValue};

/// The fields of these lines, in their order.
pub(super) fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_static(value));
    }
    headers
}
