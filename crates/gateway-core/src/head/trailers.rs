//! Fields that come after a body (RFC 9110, section 6.5).

use http::header::TRAILER;
use http::{HeaderMap, HeaderName};

use super::{claims, field_names, hop_by_hop};
use crate::rejection::Format;

/// How many names of a message's `Trailer` lines are heeded.
const MOST_ANNOUNCED: usize = 100;

/// Removes the trailers that no message may have: what frames, routes or controls it, says how to read it or
/// who sends it, hop-by-hop fields, and what only trusted proxies may say. They were checked in the head or
/// stripped from it, and a recipient may merge trailers into the head (RFC 9110, section 6.5.1).
///
/// ```
/// use gateway_core::head::trailers;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut map = HeaderMap::new();
/// map.insert("host", HeaderValue::from_static("evil.example"));
/// map.insert("grpc-status", HeaderValue::from_static("0"));
/// trailers::strip(&mut map);
/// assert_eq!(map.keys().collect::<Vec<_>>(), ["grpc-status"]);
/// ```
pub fn strip(trailers: &mut HeaderMap) {
    field_names::remove_where(trailers, is_forbidden);
}

/// The trailers that the head of a message announces: any for gRPC, else those that its `Trailer` lines name.
/// The default are none.
///
/// ```
/// use gateway_core::head::trailers::Announced;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut head = HeaderMap::new();
/// head.insert("trailer", HeaderValue::from_static("X-Sum, Host"));
/// let mut trailers = HeaderMap::new();
/// for name in ["x-sum", "x-other", "host"] {
///     trailers.insert(name, HeaderValue::from_static("1"));
/// }
/// Announced::by(&head).admit(&mut trailers);
/// assert_eq!(trailers.keys().collect::<Vec<_>>(), ["x-sum"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced(Names);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Names {
    Any,
    These(Box<[HeaderName]>),
}

impl Announced {
    /// What `head` announces; of a request or a response.
    pub fn by(head: &HeaderMap) -> Self {
        if Format::of(head) == Format::Grpc {
            return Self(Names::Any);
        }
        let names =
            hop_by_hop::tokens(head, &TRAILER).filter_map(|name| HeaderName::from_bytes(name).ok());
        Self(Names::These(names.take(MOST_ANNOUNCED).collect()))
    }

    /// Removes what was not announced or may not be a trailer at all.
    pub fn admit(&self, trailers: &mut HeaderMap) {
        match &self.0 {
            Names::Any => strip(trailers),
            Names::These(names) => field_names::remove_where(trailers, |name| {
                !names.contains(name) || is_forbidden(name)
            }),
        }
    }
}

impl Default for Announced {
    fn default() -> Self {
        Self(Names::These(Box::default()))
    }
}

fn is_forbidden(name: &HeaderName) -> bool {
    hop_by_hop::is_hop_by_hop(name) || is_for_the_head(name.as_str()) || claims::is_claim(name)
}

/// Whether a field has its meaning in a head alone.
fn is_for_the_head(name: &str) -> bool {
    matches!(
        name,
        // Framing, and how the content is to be read.
        "content-encoding" | "content-length" | "content-range" | "content-type" | "trailer"
        // Routing.
        | "host" | "max-forwards"
        // Who sends it.
        | "authorization" | "cookie" | "set-cookie" | "www-authenticate"
        // What a request asks for.
        | "expect" | "if-match" | "if-modified-since" | "if-none-match" | "if-range"
        | "if-unmodified-since" | "pragma" | "range"
        // What a response tells to do with it.
        | "age" | "cache-control" | "date" | "expires" | "location" | "retry-after" | "vary"
        | "warning"
    )
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::head::testing::headers;

    #[test]
    fn what_belongs_into_a_head_is_removed() {
        let mut trailers = HeaderMap::new();
        for name in [
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "te",
            "trailer",
            "authorization",
            "proxy-authorization",
            "cookie",
            "set-cookie",
            "x-forwarded-for",
            "x-forwarded-client-cert",
            "forwarded",
            "x-real-ip",
            "x_forwarded_for",
            "x_real_ip",
            "content-type",
            "cache-control",
        ] {
            trailers.append(name, HeaderValue::from_static("1"));
            trailers.append(name, HeaderValue::from_static("2"));
        }
        strip(&mut trailers);
        assert_eq!(trailers, HeaderMap::new());
    }

    #[test]
    fn what_a_message_may_end_with_is_kept() {
        let kept = headers(&[
            ("grpc-status", "0"),
            ("grpc-message", "fine"),
            ("grpc-status-details-bin", "AAH+"),
            ("server-timing", "total;dur=1"),
            ("etag", "\"v1\""),
            ("content-digest", "sha-256=:AA==:"),
            ("x-forwarded", "1"),
        ]);
        let mut trailers = kept.clone();
        strip(&mut trailers);
        assert_eq!(trailers, kept);
    }

    #[test]
    fn a_trailer_is_announced_in_any_line_and_case() {
        let head = headers(&[("trailer", "X-A ,, x b,x-b"), ("trailer", "HOST, x-c")]);
        let lines = ["x-a", "x-b", "x-c", "x-d", "host", "grpc-status"];
        let mut trailers = headers(&lines.map(|name| (name, "1")));
        Announced::by(&head).admit(&mut trailers);
        assert_eq!(
            trailers,
            headers(
                &lines[..3]
                    .iter()
                    .map(|name| (*name, "1"))
                    .collect::<Vec<_>>()
            )
        );
    }

    #[test]
    fn nothing_is_announced_unless_it_is() {
        assert_eq!(Announced::by(&HeaderMap::new()), Announced::default());
        let mut trailers = headers(&[("x-sum", "1"), ("grpc-status", "0")]);
        Announced::default().admit(&mut trailers);
        assert!(trailers.is_empty());
    }

    #[test]
    fn grpc_announces_all_that_may_pass() {
        let head = headers(&[("content-type", "application/grpc+proto")]);
        let mut trailers = headers(&[("grpc-status", "0"), ("x-end", "1"), ("host", "evil")]);
        Announced::by(&head).admit(&mut trailers);
        assert_eq!(trailers, headers(&[("grpc-status", "0"), ("x-end", "1")]));
    }

    #[test]
    fn an_announcement_has_an_end() {
        let names = (0..1000).map(|number| format!("x-{number}"));
        let line = names.collect::<Vec<_>>().join(",");
        let mut head = HeaderMap::new();
        head.insert(TRAILER, HeaderValue::from_str(&line).unwrap());
        let mut trailers = headers(&[("x-99", "1"), ("x-100", "1")]);
        Announced::by(&head).admit(&mut trailers);
        assert_eq!(trailers, headers(&[("x-99", "1")]));
    }
}
