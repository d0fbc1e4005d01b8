//! The request that is asked about.

use std::net::IpAddr;

use bytes::Bytes;
use gateway_core::facts::Scheme;
use gateway_core::head::{Authority, Forwarding, HeadPolicy, TrustedProxies};
use gateway_core::rejection::Rejection;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Uri, header};

use crate::admission;

/// The request that is asked about.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its head, as a client would send it; host and scheme may stand in the URL.
    pub head: Parts,
    /// Its body.
    pub body: Bytes,
    /// Where it comes from.
    pub client: IpAddr,
}

impl Case {
    /// The head as the edge would make it, and the host it is addressed to.
    pub(super) fn admit(&self, policy: &HeadPolicy) -> Result<(Parts, Authority), Rejection> {
        let mut parts = self.head.clone();
        let scheme = match parts.uri.scheme_str() {
            Some("https") => Scheme::Https,
            _ => Scheme::Http,
        };
        address_like_a_client(&mut parts);
        frame_like_a_client(&mut parts.headers, &self.body);
        let nobody = TrustedProxies::default();
        let forwarding = Forwarding::new(self.client, scheme, &nobody);
        let admitted = admission::admit(&mut parts, policy, &forwarding, &nobody)?;
        Ok((parts, admitted.authority))
    }
}

/// Brings the URL into the form in which clients send it: the host in `Host`, unless the question names
/// another there, and only path and query in the target.
fn address_like_a_client(parts: &mut Parts) {
    if let Some(authority) = parts.uri.authority()
        && !parts.headers.contains_key(header::HOST)
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        parts.headers.insert(header::HOST, host);
    }
    if let Some(target) = parts.uri.path_and_query() {
        parts.uri = Uri::from(target.clone());
    }
}

/// Says how long the body is, unless the question says that it comes in chunks, or what else it likes.
fn frame_like_a_client(headers: &mut HeaderMap, body: &Bytes) {
    let is_framed = headers.contains_key(header::CONTENT_LENGTH)
        || headers.contains_key(header::TRANSFER_ENCODING);
    if !body.is_empty() && !is_framed {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
}
