//! The handshake that opens a WebSocket, as it is made with an endpoint.
//!
//! | | over HTTP/1.1 (RFC 6455, section 4) | over HTTP/2 (RFC 8441) |
//! |---|---|---|
//! | asked by | GET with `Upgrade: websocket` | CONNECT with `:protocol = websocket` |
//! | granted by | 101, `Upgrade`, `Sec-WebSocket-Accept` | any 2xx |
//! | key and accept | yes | no |
//!
//! Protocols and extensions of the WebSocket itself are agreed upon between client and endpoint: their fields pass
//! as they are.

use aws_lc_rs::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY};
use axum_core::body::Body;
use data_encoding::BASE64;
use gateway_core::facts::Upgrade;
use gateway_core::head::hop_by_hop;
use h2::ext::Protocol;
use http::header::{
    CONNECTION, CONTENT_LENGTH, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, TE,
    TRANSFER_ENCODING, UPGRADE,
};
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Version};

/// What a key is joined with before it is hashed (RFC 6455, section 1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The answer that grants a handshake does not do so as the protocol demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the response to a WebSocket handshake is wrong: {0}")]
pub(crate) struct WrongGrant(&'static str);

/// One handshake with an endpoint. It stands in the extensions of the request that is sent there.
#[derive(Clone, Debug)]
pub(crate) struct Handshake {
    /// The client's key; `None` where the client came over HTTP/2.
    client_key: Option<HeaderValue>,
    /// The key the endpoint gets; over HTTP/2 it gets none.
    sent_key: Option<HeaderValue>,
}

impl Handshake {
    /// The handshake that `request` is, if it is one. To be asked before the facts in it are removed.
    pub(crate) fn of(request: &Request<Body>) -> Option<Self> {
        let Upgrade::WebSocket = request.extensions().get()?;
        Some(Self {
            client_key: request.headers().get(SEC_WEBSOCKET_KEY).cloned(),
            sent_key: None,
        })
    }

    /// Makes `request`, which is fit for HTTP/1.1 otherwise, ask for a WebSocket.
    pub(crate) fn ask_over_http1(mut self, request: &mut Request<Body>) {
        let key = self.client_key.clone().unwrap_or_else(fresh_key);
        let headers = request.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_KEY, key.clone());
        self.ask(headers);
        self.sent_key = Some(key);
        request.extensions_mut().insert(self);
    }

    /// Makes `request`, which is fit for HTTP/2 otherwise, ask for a WebSocket. Its stream must stay open for what
    /// the client says then.
    pub(crate) fn ask_over_http2(self, request: &mut Request<Body>) {
        *request.method_mut() = Method::CONNECT;
        let headers = request.headers_mut();
        headers.remove(SEC_WEBSOCKET_KEY);
        self.ask(headers);
        let extensions = request.extensions_mut();
        extensions.insert(Protocol::from_static("websocket"));
        extensions.insert(self);
    }

    /// Makes `request` what it was before it asked.
    pub(crate) fn undo(self, request: &mut Request<Body>) {
        *request.method_mut() = Method::GET;
        let headers = request.headers_mut();
        headers.remove(CONNECTION);
        headers.remove(UPGRADE);
        match self.client_key {
            Some(key) => headers.insert(SEC_WEBSOCKET_KEY, key),
            None => headers.remove(SEC_WEBSOCKET_KEY),
        };
    }

    /// A handshake has one version and no body (RFC 6455, section 4.1), so no trailers either.
    fn ask(&self, headers: &mut HeaderMap) {
        headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        for of_a_body in [CONTENT_LENGTH, TRANSFER_ENCODING, TE] {
            headers.remove(of_a_body);
        }
    }

    /// Checks a 101 that came over HTTP/1.1, and makes it what the client gets.
    ///
    /// # Errors
    /// When it does not grant what was asked for (RFC 6455, section 4.1).
    pub(crate) fn granted_over_http1(&self, head: &mut Parts) -> Result<(), WrongGrant> {
        if head.status != StatusCode::SWITCHING_PROTOCOLS {
            return Err(WrongGrant("it does not switch protocols"));
        }
        let switched = hop_by_hop::strip(&mut head.headers).upgrade;
        if switched != Some(Upgrade::WebSocket) {
            return Err(WrongGrant("it switches to another protocol"));
        }
        let mut accepts = head.headers.get_all(SEC_WEBSOCKET_ACCEPT).iter();
        let expected = self.sent_key.as_ref().map(accept);
        if accepts.next() != expected.as_ref() || accepts.next().is_some() {
            return Err(WrongGrant("it accepts another key"));
        }
        self.grant(head);
        Ok(())
    }

    /// Makes a 2xx that came over HTTP/2 what the client gets.
    ///
    /// # Errors
    /// When it grants nothing.
    pub(crate) fn granted_over_http2(&self, head: &mut Parts) -> Result<(), WrongGrant> {
        if !head.status.is_success() {
            return Err(WrongGrant("it grants nothing"));
        }
        hop_by_hop::strip(&mut head.headers);
        self.grant(head);
        Ok(())
    }

    /// The answer for the client: `101` with the accept for its own key, where it has one. What the client's
    /// connection wants beside is its server's matter.
    fn grant(&self, head: &mut Parts) {
        head.status = StatusCode::SWITCHING_PROTOCOLS;
        head.version = Version::HTTP_11;
        let headers = &mut head.headers;
        headers.remove(CONTENT_LENGTH);
        headers.remove(TRANSFER_ENCODING);
        match &self.client_key {
            Some(key) => headers.insert(SEC_WEBSOCKET_ACCEPT, accept(key)),
            None => headers.remove(SEC_WEBSOCKET_ACCEPT),
        };
    }
}

/// What accepts `key` (RFC 6455, section 4.2.2).
fn accept(key: &HeaderValue) -> HeaderValue {
    let mut hash = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
    hash.update(key.as_bytes());
    hash.update(GUID);
    base64(hash.finish().as_ref())
}

/// 16 random bytes. They keep caches from answering, no secret.
fn fresh_key() -> HeaderValue {
    base64(&fastrand::u128(..).to_ne_bytes())
}

fn base64(bytes: &[u8]) -> HeaderValue {
    // Base64 is ASCII.
    HeaderValue::try_from(BASE64.encode(bytes)).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6455, section 1.3.
    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
    const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    fn handshake(key: Option<&str>) -> Request<Body> {
        let mut request = Request::get("/chat").extension(Upgrade::WebSocket);
        if let Some(key) = key {
            request = request.header("sec-websocket-key", key);
        }
        request.body(Body::empty()).unwrap()
    }

    fn asked_over_http1(key: Option<&str>) -> (Handshake, HeaderMap) {
        let mut request = handshake(key);
        let handshake = Handshake::of(&request).unwrap();
        handshake.ask_over_http1(&mut request);
        let handshake = request.extensions_mut().remove().unwrap();
        (handshake, request.into_parts().0.headers)
    }

    fn answer(status: u16, lines: &[(&'static str, &str)]) -> Parts {
        let mut response = http::Response::builder().status(status);
        for (name, value) in lines {
            response = response.header(*name, *value);
        }
        response.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_example_of_the_standard() {
        assert_eq!(accept(&HeaderValue::from_static(KEY)), ACCEPT);
    }

    #[test]
    fn only_a_request_with_the_fact_is_one() {
        let mut request = handshake(Some(KEY));
        request.extensions_mut().clear();
        assert!(Handshake::of(&request).is_none());
    }

    #[test]
    fn a_client_of_http_1_brings_its_key_and_gets_its_accept() {
        let (handshake, headers) = asked_over_http1(Some(KEY));
        assert_eq!(headers["connection"], "upgrade");
        assert_eq!(headers["upgrade"], "websocket");
        assert_eq!(headers["sec-websocket-key"], KEY);
        assert_eq!(headers["sec-websocket-version"], "13");
        let mut head = answer(
            101,
            &[
                ("connection", "Upgrade, x"),
                ("x", "1"),
                ("upgrade", "WebSocket"),
                ("sec-websocket-accept", ACCEPT),
                ("sec-websocket-protocol", "chat"),
                ("content-length", "0"),
            ],
        );
        handshake.granted_over_http1(&mut head).unwrap();
        assert_eq!(head.headers.len(), 2);
        assert_eq!(head.headers["sec-websocket-accept"], ACCEPT);
        assert_eq!(head.headers["sec-websocket-protocol"], "chat");
    }

    #[test]
    fn a_client_of_http_2_has_neither_and_a_key_is_made_for_it() {
        let (handshake, headers) = asked_over_http1(None);
        let key = &headers["sec-websocket-key"];
        assert_eq!(BASE64.decode(key.as_bytes()).unwrap().len(), 16);
        assert_ne!(asked_over_http1(None).1["sec-websocket-key"], key);
        let accepts = accept(key);
        let mut head = answer(101, &[("connection", "upgrade"), ("upgrade", "websocket")]);
        head.headers.insert("sec-websocket-accept", accepts);
        handshake.granted_over_http1(&mut head).unwrap();
        assert!(head.headers.is_empty());
    }

    #[test]
    fn a_grant_that_is_none_is_refused() {
        let connection = ("connection", "upgrade");
        let upgrade = ("upgrade", "websocket");
        let accepts = ("sec-websocket-accept", ACCEPT);
        let wrong = ("sec-websocket-accept", "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
        for (status, lines) in [
            (101, &[][..]),
            (101, &[connection, upgrade]),
            (101, &[connection, upgrade, wrong]),
            (101, &[connection, upgrade, accepts, wrong]),
            (101, &[connection, upgrade, accepts, accepts]),
            (101, &[connection, ("upgrade", "h2c"), accepts]),
            (101, &[upgrade, accepts]),
            (200, &[connection, upgrade, accepts]),
        ] {
            let (handshake, _) = asked_over_http1(Some(KEY));
            let granted = handshake.granted_over_http1(&mut answer(status, lines));
            assert!(granted.is_err(), "{status} {lines:?}");
        }
    }

    #[test]
    fn http_2_knows_neither_key_nor_accept() {
        let mut request = handshake(Some(KEY));
        let handshake = Handshake::of(&request).unwrap();
        handshake.ask_over_http2(&mut request);
        assert_eq!(request.method(), Method::CONNECT);
        assert_eq!(request.headers().len(), 1);
        assert_eq!(request.headers()["sec-websocket-version"], "13");
        let protocol = request.extensions().get::<Protocol>().unwrap();
        assert_eq!(protocol.as_str(), "websocket");
        let handshake = request.extensions().get::<Handshake>().unwrap();
        let mut head = answer(200, &[("sec-websocket-protocol", "chat")]);
        handshake.granted_over_http2(&mut head).unwrap();
        assert_eq!(head.status, StatusCode::SWITCHING_PROTOCOLS);
        assert_eq!(head.headers["sec-websocket-accept"], ACCEPT);
        assert_eq!(head.headers["sec-websocket-protocol"], "chat");
        assert!(handshake.granted_over_http2(&mut answer(403, &[])).is_err());
    }
}
