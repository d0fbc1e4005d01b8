//! What ties a client to an endpoint, from its request to its response.

use axum_core::body::Body;
use gateway_core::facts::{Scheme, ServedBy};
use http::header::SET_COOKIE;
use http::{Request, Response};

use super::{Affinity, Balance};

/// What ties a client to an endpoint, from its request to its response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tie {
    affinity: Affinity,
    /// Known where a cookie may depend on it.
    scheme: Option<Scheme>,
}

impl Tie {
    /// What `request` says, by `balance`.
    pub(crate) fn of(request: &mut Request<Body>, balance: &Balance) -> Self {
        let affinity = balance.affinity(request);
        let scheme = if balance.is_sticky() {
            request.extensions().get().copied()
        } else {
            None
        };
        Self { affinity, scheme }
    }

    /// What the choice of the endpoint depends on.
    pub(crate) fn affinity(self) -> Affinity {
        self.affinity
    }

    /// Ties the client to the endpoint `id`, if it is that which has given `response` and another one was asked for.
    pub(crate) fn renew(self, balance: &Balance, id: u64, response: &mut Response<Body>) {
        if !balance.is_sticky() || response.extensions().get::<ServedBy>().is_none() {
            return;
        }
        if let Some(cookie) = balance.new_cookie(self.affinity, id, self.scheme) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
}
