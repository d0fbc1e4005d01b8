//! One request and the head of its response.

use std::io;
use std::task::{Context, Poll, ready};

use axum_core::body::Body;
use gateway_core::http1::{ResponseFault, ResponseHead, write_request};
use http::{Request, StatusCode};

use super::super::deadline::Deadline;
use super::super::interim::{InterimResponses, TooManyInterim};
use super::super::wishes::Wishes;
use super::connection::Http1Connection;
use super::upload::{Upload, UploadError};
use crate::counters::UpstreamCounters;
use crate::failure::Failure;
use crate::flight::Flight;

/// One request, which is sent while the head of its response is awaited.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) head: http::request::Parts,
    pub(super) upload: Upload,
    pub(super) deadline: Deadline,
    pub(super) flight: Flight,
    wishes: Wishes,
    interim: InterimResponses,
}

/// Why an exchange has not come to a response.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error(transparent)]
    Malformed(#[from] ResponseFault),
    #[error(transparent)]
    TooManyInterim(#[from] TooManyInterim),
    #[error("the connection ended without a response")]
    Ended,
    #[error("the connection broke")]
    Broken(#[source] io::Error),
    #[error("nothing came in time")]
    TimedOut,
}

impl ExchangeError {
    /// Whether `connection`, over which this happened, was closed by the endpoint while it was idle: it had served
    /// others, and not a byte of a response came.
    pub(super) fn shows_stale(&self, connection: &Http1Connection) -> bool {
        matches!(self, Self::Ended | Self::Broken(_))
            && connection.is_reused()
            && !connection.has_read()
    }
}

impl Exchange {
    /// Prepares to send `request`, whose framing fields are ours.
    pub(super) fn new(
        request: Request<Body>,
        wishes: Wishes,
        deadline: Deadline,
        flight: Flight,
    ) -> Self {
        let (head, body) = request.into_parts();
        let upload = Upload::new(body, &head.headers, deadline.start());
        Self {
            head,
            upload,
            deadline,
            flight,
            wishes,
            interim: InterimResponses::default(),
        }
    }

    /// Whether the request may be handled twice (RFC 9110, section 9.2.2), and can be sent twice.
    pub(super) fn is_repeatable(&self) -> bool {
        self.head.method.is_idempotent() && self.upload.is_repeatable()
    }

    /// Puts the head of the request into the outbox of `connection`.
    pub(super) fn begin(&mut self, connection: &mut Http1Connection) {
        connection.restart();
        if !connection.is_reused() {
            // Nothing is repeated that was sent over a fresh connection.
            self.upload.forget();
        }
        let head = &self.head;
        let out = connection.outbox.ours();
        write_request(out, &head.method, &head.uri, &head.headers);
    }

    /// Begins the request anew, for another connection, where that may be done after this one turned out to be
    /// stale: the request may be handled twice, or not a byte of it was sent, and all of it is still there. Says
    /// whether it does.
    pub(super) fn begins_anew(&mut self, stale: &Http1Connection) -> bool {
        (self.head.method.is_idempotent() || !stale.outbox.has_written()) && self.upload.rewind()
    }

    /// What the client is told of `error` on `connection`.
    pub(super) fn failure(&self, error: &ExchangeError, connection: &Http1Connection) -> Failure {
        match error {
            ExchangeError::Upload(error) => Failure::request_body(error),
            ExchangeError::Malformed(_) | ExchangeError::TooManyInterim(_) => {
                Failure::malformed(error)
            }
            ExchangeError::Ended | ExchangeError::Broken(_) => {
                Failure::reset(error, connection.outbox.has_written())
            }
            ExchangeError::TimedOut => Failure::timeout(self.upload.awaits_client()),
        }
    }

    /// Sends the request over `connection`; ready with the head of its response, which may come before all is
    /// sent.
    pub(super) fn poll(
        &mut self,
        connection: &mut Http1Connection,
        counters: &UpstreamCounters,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ResponseHead, ExchangeError>> {
        if let Poll::Ready(Err(error)) = self.upload.poll(connection, cx) {
            return Poll::Ready(Err(error.into()));
        }
        if let Poll::Ready(head) = self.poll_head(connection, counters, cx) {
            return Poll::Ready(head);
        }
        let deadline = self.deadline.head(self.upload.last_part());
        let alarm = &mut connection.alarm;
        alarm
            .poll_until(deadline, cx)
            .map(|()| Err(ExchangeError::TimedOut))
    }

    fn poll_head(
        &mut self,
        connection: &mut Http1Connection,
        counters: &UpstreamCounters,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ResponseHead, ExchangeError>> {
        loop {
            while let Some(head) = connection.read_head(&self.head.method)? {
                if !is_interim(head.status) {
                    return Poll::Ready(Ok(head));
                }
                self.interim
                    .take(head.status, head.headers, &self.wishes, counters)?;
            }
            match ready!(connection.poll_read(cx)) {
                Ok(0) => return Poll::Ready(Err(self.ended())),
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(ExchangeError::Broken(error))),
            }
        }
    }

    /// The connection has ended; that may have shown while the request was written.
    fn ended(&mut self) -> ExchangeError {
        match self.upload.take_breakage() {
            Some(error) => ExchangeError::Broken(error),
            None => ExchangeError::Ended,
        }
    }
}

/// Whether another response follows one with `status`. After a 101 another protocol follows.
fn is_interim(status: StatusCode) -> bool {
    status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS
}
