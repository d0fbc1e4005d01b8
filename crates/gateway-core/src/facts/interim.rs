//! What may be told to the client before the answer.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

use super::Fact;

/// Where interim responses go: `103 Early Hints` (RFC 8297), the only one that is passed on. The server puts it
/// into the request where the client can be told, and whoever gets such hints from an upstream sends them there.
#[derive(Clone)]
pub struct Interim(Arc<dyn EarlyHints>);

/// A client that can be given early hints.
pub trait EarlyHints: Send + Sync + 'static {
    /// Sends the client a `103` with these fields, unless its answer has begun already. Never waits.
    fn send(&self, fields: HeaderMap);
}

impl Interim {
    /// Tells `client`.
    pub fn new(client: Arc<dyn EarlyHints>) -> Self {
        Self(client)
    }

    /// Sends the client a `103` with these fields. Hop-by-hop ones have no place here.
    pub fn early_hints(&self, fields: HeaderMap) {
        self.0.send(fields);
    }
}

impl fmt::Debug for Interim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Interim")
    }
}

impl Fact for Interim {
    const NAME: &'static str = "interim";
}
