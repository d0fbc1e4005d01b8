//! The head of an answer on its way to the client.

use gateway_core::head::{framing, hop_by_hop};
use http::{Response, header};
use http_body::Body as _;

use crate::server::date;

/// The head of an answer, fit for HTTP/2, and its body unless it may have none. `None` for a status that ends no
/// request.
pub(super) fn split(
    response: gateway_core::contract::Response,
) -> Option<(Response<()>, Option<axum::body::Body>)> {
    let (mut head, body) = response.into_parts();
    if head.status.is_informational() {
        return None;
    }
    // h2 refuses to send them. Upstreams' are stripped already; a layer or a refusal may have added one.
    hop_by_hop::strip(&mut head.headers);
    head.headers.entry(header::DATE).or_insert_with(date::now);
    let body = (!framing::is_bodiless(head.status) && !body.is_end_stream()).then_some(body);
    if let Some(length) = body.as_ref().and_then(|body| body.size_hint().exact()) {
        head.headers
            .entry(header::CONTENT_LENGTH)
            .or_insert_with(|| length.into());
    }
    Some((Response::from_parts(head, ()), body))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_head_says_what_http_2_allows() {
        let response = Response::builder()
            .header("connection", "close")
            .header("te", "trailers")
            .header("x", "1");
        let (head, body) = split(response.body(Body::from("four")).unwrap()).unwrap();
        let mut names: Vec<_> = head
            .headers()
            .keys()
            .map(http::HeaderName::as_str)
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["content-length", "date", "x"]);
        assert_eq!(head.headers()["content-length"], "4");
        assert!(body.is_some());
    }

    #[test]
    fn some_have_no_body() {
        for status in [204, 304] {
            let response = Response::builder().status(status);
            let (head, body) = split(response.body(Body::from("four")).unwrap()).unwrap();
            assert!(body.is_none() && !head.headers().contains_key("content-length"));
        }
        assert!(split(Response::default()).unwrap().1.is_none());
        let early = Response::builder().status(103);
        assert!(split(early.body(Body::empty()).unwrap()).is_none());
    }
}
