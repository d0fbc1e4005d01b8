//! What the client asks for beside a response.

use std::net::IpAddr;

use axum_core::body::Body;
use gateway_core::facts::{ClientAddr, Interim, Upgrade};
use gateway_core::head::hop_by_hop;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Request};

use crate::counters::UpstreamCounters;

/// What the client asks for beside a response. These facts are for whoever speaks to the endpoint and go no
/// further.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// To speak another protocol.
    pub(crate) upgrade: Option<Upgrade>,
    /// To be told of what comes before the response.
    interim: Option<Interim>,
    /// To be known to the endpoint by address, where connections belong to one client.
    pub(super) client: Option<IpAddr>,
}

impl Wishes {
    /// Takes them out of `request`.
    pub(crate) fn take(request: &mut Request<Body>) -> Self {
        let extensions = request.extensions_mut();
        Self {
            // Whoever makes the handshake asks for it too.
            upgrade: extensions.get().copied(),
            interim: extensions.remove(),
            client: None,
        }
    }

    /// Puts them back into `request`, which will be sent again.
    pub(crate) fn give_back(self, request: &mut Request<Body>) {
        // The upgrade was never taken out.
        if let Some(interim) = self.interim {
            request.extensions_mut().insert(interim);
        }
    }

    /// Adds the client's address, which `request` knows.
    pub(crate) fn with_client(mut self, request: &Request<Body>) -> Self {
        let client = request.extensions().get::<ClientAddr>();
        self.client = client.map(|client| client.ip());
        self
    }

    /// Tells the client, where it can be told, of early hints with `fields`.
    pub(super) fn pass_on_hints(&self, mut fields: HeaderMap, counters: &UpstreamCounters) {
        if let Some(interim) = &self.interim {
            hop_by_hop::strip(&mut fields);
            fields.remove(CONTENT_LENGTH);
            counters.early_hints.increment();
            interim.early_hints(fields);
        }
    }
}
