//! What the head of a request must be for the endpoint that gets it.

use axum_core::body::Body;
use gateway_core::head::{Present, cookies, hop_by_hop, named};
use gateway_core::rejection::Format;
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TE, TRANSFER_ENCODING};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Request, Uri, Version};

use crate::request_framing::Framing;
use crate::websocket_handshake::Handshake;

/// The fields that are looked for.
const ASKED_FOR: Present = Present::HOP_BY_HOP
    .or(Present::FRAMING)
    .or(Present::EXPECT)
    .or(Present::COOKIE);
const TRAILERS: HeaderValue = HeaderValue::from_static("trailers");

/// Makes `request` one for HTTP/1.1: target in origin form, `Host`, one `Cookie`, framing for its body.
/// `authority` is the endpoint's own, for requests that name none. Nothing below adds anything to it.
pub(crate) fn for_http1(request: &mut Request<Body>, authority: &HeaderValue) {
    let handshake = Handshake::of(request);
    let present = Present::among(request.headers(), ASKED_FOR);
    let accepts_trailers = strip(request, present);
    *request.version_mut() = Version::HTTP_11;
    if request.uri().authority().is_some() || request.uri().scheme().is_some() {
        let host = request.uri().authority().and_then(without_user);
        let target = path_and_query(request.uri());
        *request.uri_mut() = Uri::from(target);
        if let (Some(host), false) = (host, request.headers().contains_key(HOST)) {
            request.headers_mut().insert(HOST, host);
        }
    }
    let framing = Framing::of(request);
    let headers = request.headers_mut();
    if !named::has(headers, &HOST) {
        headers.insert(HOST, authority.clone());
    }
    if present.any(Present::COOKIE) {
        cookies::join(headers);
    }
    if accepts_trailers {
        headers.insert(TE, TRAILERS);
        headers.insert(CONNECTION, HeaderValue::from_static("te"));
    }
    if present.any(Present::FRAMING) || framing != Framing::Absent {
        framing.write(headers);
    }
    if framing == Framing::Open && Framing::in_head(headers) == Framing::Absent {
        headers.remove(CONTENT_LENGTH);
        headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    if let Some(handshake) = handshake {
        handshake.ask_over_http1(request);
    }
}

/// Makes `request` one for HTTP/2, over TLS or in the clear: `:scheme` and `:authority` in place of `Host`. The client below
/// adds nothing to it.
pub(crate) fn for_http2(request: &mut Request<Body>, authority: &HeaderValue, is_tls: bool) {
    let is_grpc = Format::of(request.headers()) == Format::Grpc;
    let handshake = Handshake::of(request);
    let present = Present::among(request.headers(), ASKED_FOR);
    let accepts_trailers = strip(request, present);
    *request.version_mut() = Version::HTTP_2;
    let host = request.headers_mut().remove(HOST);
    let host = host.or_else(|| request.uri().authority().and_then(without_user));
    let named = [host.as_ref(), Some(authority)];
    let authority = named
        .into_iter()
        .flatten()
        .find_map(|host| Authority::try_from(host.as_bytes()).ok());
    let mut uri = http::uri::Parts::default();
    let scheme = if is_tls { Scheme::HTTPS } else { Scheme::HTTP };
    uri.scheme = authority.is_some().then_some(scheme);
    uri.authority = authority;
    uri.path_and_query = Some(path_and_query(request.uri()));
    if let Ok(uri) = Uri::from_parts(uri) {
        *request.uri_mut() = uri;
    }
    let framing = Framing::of(request);
    let headers = request.headers_mut();
    // gRPC servers take its absence for a proxy in the way that loses trailers.
    if accepts_trailers || is_grpc {
        headers.insert(TE, TRAILERS);
    }
    framing.write(headers);
    if let Some(handshake) = handshake {
        handshake.ask_over_http2(request);
    }
}

/// Whether `request` names a host itself.
pub(crate) fn names_host(request: &Request<Body>) -> bool {
    request.headers().contains_key(HOST) || request.uri().authority().is_some()
}

/// Undoes what cannot be done once more for another endpoint: `request` has its target in origin form and its `Host`
/// again, if it named one, and is no handshake yet. What else was done to it may be done twice.
pub(crate) fn restore(request: &mut Request<Body>, names_host: bool) {
    if let Some(handshake) = request.extensions_mut().remove::<Handshake>() {
        handshake.undo(request);
    }
    let host = request.uri().authority().and_then(without_user);
    if request.uri().authority().is_some() || request.uri().scheme().is_some() {
        *request.uri_mut() = Uri::from(path_and_query(request.uri()));
    }
    let headers = request.headers_mut();
    if !names_host {
        headers.remove(HOST);
    } else if let Some(host) = host {
        headers.insert(HOST, host);
    }
}

/// Strips what does not concern the endpoint; says whether trailers are welcome.
fn strip(request: &mut Request<Body>, present: Present) -> bool {
    // Facts are ours alone, and what a connection keeps for itself would be taken for a wish.
    request.extensions_mut().clear();
    let headers = request.headers_mut();
    // Met as soon as the body is read, which is at once.
    if present.any(Present::EXPECT) {
        headers.remove(EXPECT);
    }
    present.any(Present::HOP_BY_HOP) && hop_by_hop::strip(headers).accepts_trailers
}

fn path_and_query(uri: &Uri) -> PathAndQuery {
    uri.path_and_query()
        .cloned()
        .unwrap_or_else(|| PathAndQuery::from_static("/"))
}

fn without_user(authority: &Authority) -> Option<HeaderValue> {
    let text = authority.as_str();
    let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
    HeaderValue::try_from(host).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(uri: &str, lines: &[(&str, &str)], body: Body) -> Request<Body> {
        let mut request = Request::builder().version(Version::HTTP_2).uri(uri);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        request.body(body).unwrap()
    }

    fn streamed() -> Body {
        let (open, channel) =
            http_body_util::channel::Channel::<bytes::Bytes, std::io::Error>::new(1);
        drop(open);
        Body::new(channel)
    }

    const OWN: HeaderValue = HeaderValue::from_static("10.0.0.5:9000");

    type Prepare = fn(&mut Request<Body>, &HeaderValue);

    #[test]
    fn http1_gets_origin_form_and_one_host() {
        for (uri, lines, host) in [
            ("/a?q", &[("host", "api.example")][..], "api.example"),
            ("http://u:p@b.example:81/a?q", &[], "b.example:81"),
            (
                "http://b.example/a?q",
                &[("host", "api.example")],
                "api.example",
            ),
            ("/a?q", &[], "10.0.0.5:9000"),
        ] {
            let mut request = request(uri, lines, Body::empty());
            for_http1(&mut request, &OWN);
            assert_eq!(request.uri(), "/a?q");
            assert_eq!(request.version(), Version::HTTP_11);
            assert_eq!(request.headers()[HOST], host, "{uri}");
        }
    }

    #[test]
    fn http2_gets_scheme_and_authority() {
        let fields = [
            ("host", "api.example"),
            ("connection", "x"),
            ("x", "1"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
        ];
        let mut head = request("/a?q", &fields, Body::empty());
        for_http2(&mut head, &OWN, false);
        assert_eq!(head.uri(), "http://api.example/a?q");
        assert_eq!(head.headers().len(), 2, "only the cookie crumbs remain");

        let mut head = request("/", &[("host", "not a host")], Body::empty());
        for_http2(&mut head, &OWN, false);
        assert_eq!(head.uri(), "http://10.0.0.5:9000/");

        let mut head = request("/", &[("host", "api.example")], Body::empty());
        for_http2(&mut head, &OWN, true);
        assert_eq!(head.uri(), "https://api.example/");
    }

    #[test]
    fn trailers_are_asked_for_where_the_client_did() {
        let mut head = request("/", &[("te", "trailers")], Body::empty());
        for_http1(&mut head, &OWN);
        assert_eq!(
            (&head.headers()[TE], &head.headers()[CONNECTION]),
            (&TRAILERS, &HeaderValue::from_static("te"))
        );
        let mut head = request("/", &[("te", "gzip, trailers")], Body::empty());
        for_http2(&mut head, &OWN, false);
        assert_eq!(head.headers()[TE], TRAILERS);
        let mut head = request("/", &[("te", "gzip")], Body::empty());
        for_http2(&mut head, &OWN, false);
        assert!(!head.headers().contains_key(TE));
        let mut head = request("/", &[("content-type", "application/grpc")], Body::empty());
        for_http2(&mut head, &OWN, false);
        assert_eq!(head.headers()[TE], TRAILERS);
    }

    #[test]
    fn a_body_of_unknown_length_is_chunked_whatever_the_method() {
        let mut head = request("/", &[], streamed());
        for_http1(&mut head, &OWN);
        assert_eq!(head.headers()[TRANSFER_ENCODING], "chunked");
        let mut head = request("/", &[("content-length", "5")], streamed());
        for_http1(&mut head, &OWN);
        assert!(!head.headers().contains_key(TRANSFER_ENCODING));
    }

    /// What is made of `head` by `prepare` for one endpoint after it was made fit for another.
    fn made_again(
        mut head: Request<Body>,
        first: fn(&mut Request<Body>, &HeaderValue),
        second: fn(&mut Request<Body>, &HeaderValue),
    ) -> Request<Body> {
        let facts = head.extensions().clone();
        let names_host = names_host(&head);
        first(&mut head, &HeaderValue::from_static("10.0.0.4:9000"));
        restore(&mut head, names_host);
        *head.extensions_mut() = facts;
        second(&mut head, &OWN);
        head
    }

    fn shown(head: &Request<Body>) -> String {
        let mut fields: Vec<_> = head
            .headers()
            .iter()
            .map(|(n, v)| format!("{n}: {v:?}"))
            .collect();
        fields.sort();
        format!(
            "{} {} {:?} {fields:?}",
            head.method(),
            head.uri(),
            head.version()
        )
    }

    #[test]
    fn what_was_fit_for_one_endpoint_is_made_fit_for_the_next() {
        let kinds: [Prepare; 2] = [for_http1, |request, host| for_http2(request, host, false)];
        for lines in [
            &[("host", "api.example")][..],
            &[],
            &[
                ("host", "api.example"),
                ("te", "trailers"),
                ("connection", "te, x"),
                ("x", "1"),
            ],
            &[
                ("content-length", "4"),
                ("cookie", "a=1"),
                ("content-type", "application/grpc"),
                ("te", "trailers"),
            ],
        ] {
            for (first, second) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                for body in [|| Body::empty(), || Body::from("text"), streamed] {
                    let mut alone = request("/a?q", lines, body());
                    kinds[second](&mut alone, &OWN);
                    let again =
                        made_again(request("/a?q", lines, body()), kinds[first], kinds[second]);
                    assert_eq!(shown(&again), shown(&alone), "{lines:?} {first} {second}");
                }
            }
        }
    }

    #[test]
    fn a_handshake_is_made_anew() {
        use gateway_core::facts::Upgrade;
        use http::header::{SEC_WEBSOCKET_KEY, UPGRADE};

        let kinds: [Prepare; 2] = [for_http1, |request, host| for_http2(request, host, false)];
        for (first, second) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let lines = [
                ("host", "a"),
                ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ];
            let asking = || {
                let mut head = request("/chat", &lines, Body::empty());
                head.extensions_mut().insert(Upgrade::WebSocket);
                head
            };
            let mut alone = asking();
            kinds[second](&mut alone, &OWN);
            let again = made_again(asking(), kinds[first], kinds[second]);
            assert_eq!(shown(&again), shown(&alone));
        }
        // The key that was made for one endpoint is not taken for the client's.
        let mut head = request("/chat", &[("host", "a")], Body::empty());
        head.extensions_mut().insert(Upgrade::WebSocket);
        for_http1(&mut head, &OWN);
        restore(&mut head, true);
        assert!(!head.headers().contains_key(SEC_WEBSOCKET_KEY));
        assert!(!head.headers().contains_key(UPGRADE));
    }

    #[test]
    fn crumbs_are_joined_and_expectations_met() {
        let lines = [
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("expect", "100-continue"),
        ];
        let mut head = request("/", &lines, Body::empty());
        for_http1(&mut head, &OWN);
        assert_eq!(head.headers()["cookie"], "a=1; b=2");
        assert!(!head.headers().contains_key(EXPECT));
    }
}
