//! What an endpoint was found to speak.

use std::sync::atomic::{AtomicU8, Ordering};

use crate::config::Protocol;

const UNKNOWN: u8 = 0;
const HTTP1: u8 = 1;
const HTTP2: u8 = 2;

/// What an endpoint was found to speak, if anything yet.
#[derive(Debug, Default)]
pub(crate) struct Spoken(AtomicU8);

impl Spoken {
    /// The protocol, which is a certain one.
    pub(super) fn get(&self) -> Option<Protocol> {
        match self.0.load(Ordering::Acquire) {
            HTTP1 => Some(Protocol::Http1),
            HTTP2 => Some(Protocol::Http2),
            _ => None,
        }
    }

    /// It speaks HTTP/2, or else HTTP/1.1.
    pub(super) fn learn(&self, is_http2: bool) {
        let spoken = if is_http2 { HTTP2 } else { HTTP1 };
        self.0.store(spoken, Ordering::Release);
    }

    /// It does not speak that any more.
    pub(super) fn forget(&self) {
        self.0.store(UNKNOWN, Ordering::Release);
    }
}
