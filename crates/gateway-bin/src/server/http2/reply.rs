//! The way back to the client, until the answer begins.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use gateway_core::facts::{EarlyHints, Interim};
use h2::FlowControl;
use h2::server::SendResponse;
use http::{HeaderMap, Response, StatusCode};

/// The way back to the client, until the answer begins. The stream owns it; others may send something before the
/// answer through it, and hold nothing of the stream once it has begun or ended.
pub(super) struct Reply {
    sender: Mutex<Option<SendResponse<Bytes>>>,
    unread: Mutex<Option<FlowControl>>,
}

impl Reply {
    pub(super) fn new(sender: SendResponse<Bytes>) -> Arc<Self> {
        Arc::new(Self {
            sender: Mutex::new(Some(sender)),
            unread: Mutex::default(),
        })
    }

    /// The fact through which early hints go to the client.
    pub(super) fn interim(self: &Arc<Self>) -> Interim {
        Interim::new(Arc::clone(self) as Arc<dyn EarlyHints>)
    }

    /// What sends the answer; whoever comes later gets nothing.
    pub(super) fn take(&self) -> Option<SendResponse<Bytes>> {
        self.sender().take()
    }

    /// Ready when the stream is no more: the client has reset it, or the connection has failed.
    pub(super) fn poll_lost(&self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut *self.sender() {
            Some(sender) => sender.poll_reset(cx).map(drop),
            None => Poll::Ready(()),
        }
    }

    /// Tells the client to send the body that it holds back (RFC 9110, section 10.1.1).
    pub(super) fn proceed(&self) {
        self.inform(StatusCode::CONTINUE, HeaderMap::new());
    }

    /// Keeps what holds a stream open whose body nobody reads to its end.
    pub(super) fn leave_unread(&self, stream: FlowControl) {
        *self.unread() = Some(stream);
    }

    /// What holds the stream open, if its body was left unread.
    pub(super) fn take_unread(&self) -> Option<FlowControl> {
        self.unread().take()
    }

    fn unread(&self) -> MutexGuard<'_, Option<FlowControl>> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn inform(&self, status: StatusCode, fields: HeaderMap) {
        if let Some(sender) = &mut *self.sender() {
            let mut head = Response::new(());
            *head.status_mut() = status;
            *head.headers_mut() = fields;
            if let Err(error) = sender.send_informational(head) {
                tracing::debug!(%error, "an interim answer was not sent");
            }
        }
    }

    fn sender(&self) -> MutexGuard<'_, Option<SendResponse<Bytes>>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EarlyHints for Reply {
    fn send(&self, fields: HeaderMap) {
        self.inform(StatusCode::EARLY_HINTS, fields);
    }
}
