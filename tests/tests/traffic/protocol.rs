//! The protocols on the two sides of the gateway.

use std::net::SocketAddr;

use gateway_testkit::HttpClient;

/// What a client or an upstream speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

/// Both, for clients.
pub(crate) const PROTOCOLS: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

/// All ways through a gateway: the protocol of the client, then that of the upstream.
pub(crate) const WAYS: [(Protocol, Protocol); 4] = [
    (Protocol::Http1, Protocol::Http1),
    (Protocol::Http1, Protocol::Http2),
    (Protocol::Http2, Protocol::Http1),
    (Protocol::Http2, Protocol::Http2),
];

impl Protocol {
    /// Its name in the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Http1 => "http1",
            Self::Http2 => "http2",
        }
    }

    /// A client that speaks it, over one connection to `address`.
    pub(crate) async fn connect(self, address: SocketAddr) -> HttpClient {
        let connected = match self {
            Self::Http1 => HttpClient::http1(address).await,
            Self::Http2 => HttpClient::http2(address).await,
        };
        connected.unwrap()
    }
}
