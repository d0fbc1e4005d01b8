//! What a request's head says that its answer depends on.

use gateway_core::head::{hop_by_hop, named};
use gateway_core::http1::RequestHead;
use gateway_core::rejection::Format;
use http::{HeaderMap, Method, Version, header};

/// What a request's head says that its answer depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// HTTP/1.1: the client knows chunks, interim answers, and connections that persist.
    pub(super) is_modern: bool,
    pub(super) is_head: bool,
    pub(super) keeps_alive: bool,
    /// `TE: trailers`.
    pub(super) accepts_trailers: bool,
    /// How refusals are written.
    pub(super) format: Format,
}

impl Asked {
    /// By a request with this head.
    pub(super) fn by(head: &RequestHead) -> Self {
        Self {
            is_modern: head.version != Version::HTTP_10,
            is_head: head.method == Method::HEAD,
            keeps_alive: head.keeps_alive,
            accepts_trailers: accepts_trailers(&head.headers),
            format: Format::of(&head.headers),
        }
    }

    /// By a request whose head nobody could read. What else its client wanted to send is as little known.
    pub(super) fn by_nobody_knows() -> Self {
        Self {
            is_modern: true,
            is_head: false,
            keeps_alive: true,
            accepts_trailers: false,
            format: Format::Problem,
        }
    }
}

/// Whether the client waits for `100 Continue` before it sends the body.
pub(super) fn expects_continue(head: &RequestHead) -> bool {
    let expectation = named::first(&head.headers, &header::EXPECT);
    head.version != Version::HTTP_10
        && expectation.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

fn accepts_trailers(headers: &HeaderMap) -> bool {
    hop_by_hop::tokens(headers, &header::TE).any(|coding| coding.eq_ignore_ascii_case(b"trailers"))
}
