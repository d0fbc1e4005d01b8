//! `103` answers, from the stack to the loop.

use std::sync::Arc;

use bytes::BytesMut;
use gateway_core::facts::{EarlyHints, Interim};
use gateway_core::head::hop_by_hop;
use gateway_core::http1::write_response;
use http::{HeaderMap, StatusCode};

use super::client_io::ClientIo;
use super::incoming::Consent;
use super::wire::{Shared, Wire};

/// How many `103` answers may wait to be written.
const MOST_WAITING: usize = 16;
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Takes `103` answers to one request after the other. It is kept from request to request unless somebody else keeps
/// it too.
#[derive(Debug)]
pub(super) struct Hints<I: ClientIo>(Arc<Taker<I>>);

#[derive(Debug)]
struct Taker<I: ClientIo> {
    shared: Arc<Shared<I>>,
    request: u64,
}

impl<I: ClientIo> Hints<I> {
    pub(super) fn new(shared: &Arc<Shared<I>>) -> Self {
        let shared = Arc::clone(shared);
        Self(Arc::new(Taker { shared, request: 0 }))
    }

    /// Where answers to this request go.
    pub(super) fn to(&mut self, request: u64) -> Interim {
        match Arc::get_mut(&mut self.0) {
            Some(taker) => taker.request = request,
            None => {
                let shared = Arc::clone(&self.0.shared);
                self.0 = Arc::new(Taker { shared, request });
            }
        }
        Interim::new(Arc::clone(&self.0) as Arc<dyn EarlyHints>)
    }
}

impl<I: ClientIo> EarlyHints for Taker<I> {
    fn send(&self, mut fields: HeaderMap) {
        hop_by_hop::strip(&mut fields);
        let mut wire = self.shared.lock();
        if wire.request != self.request {
            return;
        }
        if let Some(waiting) = &mut wire.interim
            && waiting.len() < MOST_WAITING
        {
            waiting.push(fields);
            wire.waker.wake_by_ref();
        }
    }
}

/// Writes the interim answers that are due.
pub(super) fn write<I>(wire: &mut Wire<I>, out: &mut BytesMut) {
    if wire.body.consent == Consent::Due {
        wire.body.consent = Consent::Given;
        out.extend_from_slice(CONTINUE);
    }
    if let Some(waiting) = &mut wire.interim {
        for fields in waiting.drain(..) {
            write_response(out, StatusCode::EARLY_HINTS, &fields);
        }
    }
}
