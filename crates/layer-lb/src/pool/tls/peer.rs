//! An endpoint that speaks TLS.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::fault::TlsFault;

/// HTTP/2 and HTTP/1.1 as ALPN names them (RFC 7301).
pub(in crate::pool) const H2: &[u8] = b"h2";
const HTTP_1_1: &[u8] = b"http/1.1";

/// Which protocols an endpoint is offered by ALPN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// HTTP/1.1, which an endpoint without ALPN speaks too.
    Http1,
    /// HTTP/2, which it must choose (RFC 9113, section 3.2).
    Http2,
    /// Rather HTTP/2.
    Either,
}

impl Offer {
    fn protocols(self) -> &'static [&'static [u8]] {
        match self {
            Self::Http1 => &[HTTP_1_1],
            Self::Http2 => &[H2],
            Self::Either => &[H2, HTTP_1_1],
        }
    }

    /// Whether the endpoint may choose `alpn`. The library refuses what was not offered.
    fn allows(self, alpn: Option<&[u8]>) -> bool {
        self != Self::Http2 || alpn == Some(H2)
    }
}

/// An endpoint that speaks TLS: what its certificate must be for, and what it is offered.
#[derive(Clone, Debug)]
pub(crate) struct TlsPeer {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    offer: Offer,
}

impl TlsPeer {
    /// The endpoint whose certificate is for `name`.
    pub(super) fn new(config: Arc<ClientConfig>, name: ServerName<'static>, offer: Offer) -> Self {
        Self {
            config,
            name,
            offer,
        }
    }

    /// Shakes hands over `stream`.
    pub(in crate::pool) async fn connect(
        &self,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, TlsFault> {
        let connector = TlsConnector::from(Arc::clone(&self.config));
        let protocols = self.offer.protocols();
        let protocols = protocols.iter().map(|name| name.to_vec()).collect();
        let handshake = connector
            .with_alpn(protocols)
            .connect(self.name.clone(), stream);
        let stream = handshake.await.map_err(TlsFault::of)?;
        if self.offer.allows(stream.get_ref().1.alpn_protocol()) {
            Ok(stream)
        } else {
            Err(TlsFault::NoHttp2)
        }
    }
}
