//! One request and the head of its response.

use std::io;
use std::net::IpAddr;
use std::task::{Context, Poll, ready};

use gateway_core::http1::{ResponseFault, ResponseHead, write_request};
use http::{Extensions, HeaderMap, Request, StatusCode};

use super::super::deadline::Deadline;
use super::super::interim::{InterimResponses, TooManyInterim};
use super::super::sending::Sending;
use super::super::tls::is_refusal;
use super::super::wishes::Wishes;
use super::connection::Http1Connection;
use super::upload::{Upload, UploadError};
use crate::counters::UpstreamCounters;
use crate::failure::Failure;
use crate::flight::Flight;
use crate::retry::{Comeback, HandedBack};

/// One request, which is sent while the head of its response is awaited.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) head: http::request::Parts,
    pub(super) upload: Upload,
    pub(super) deadline: Deadline,
    pub(super) flight: Flight,
    wishes: Wishes,
    interim: InterimResponses,
    /// What it takes to give the request back, where it is wanted back.
    comeback: Option<Comeback>,
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
    /// Prepares to send a request whose framing fields are ours.
    pub(super) fn new(sending: Sending) -> Self {
        let Sending {
            request,
            wishes,
            deadline,
            flight,
            comeback,
        } = sending;
        let (head, body) = request.into_parts();
        let upload = Upload::new(body, &head.headers, deadline.start());
        Self {
            head,
            upload,
            deadline,
            flight,
            wishes,
            interim: InterimResponses::default(),
            comeback,
        }
    }

    /// Whose connection it must go over, where that matters.
    pub(super) fn client(&self) -> Option<IpAddr> {
        self.wishes.client
    }

    /// Whether the request may be handled twice (RFC 9110, section 9.2.2), and can be sent twice.
    pub(super) fn is_repeatable(&self) -> bool {
        self.head.method.is_idempotent() && self.upload.is_repeatable()
    }

    /// The request as it came, if it is wanted back after a response with this head. While the client is still
    /// sending, the rest of the body belongs to that response.
    pub(super) fn take_back(
        &mut self,
        status: StatusCode,
        fields: &HeaderMap,
        counters: &UpstreamCounters,
    ) -> Option<HandedBack> {
        let verdict = self.comeback.as_ref()?.is_wanted_after(status, fields)?;
        let comeback = self.comeback.take()?;
        let body = if self.upload.is_over() {
            self.upload.take_body()
        } else {
            None
        };
        let (head, ()) = Request::new(()).into_parts();
        let head = std::mem::replace(&mut self.head, head);
        let wishes = std::mem::take(&mut self.wishes);
        comeback.hand_back(verdict, head, body, wishes, counters)
    }

    /// The space of the request's facts, of which nobody needs anything any more.
    pub(super) fn space_for_facts(&mut self) -> Extensions {
        let mut facts = match self.comeback.take() {
            Some(comeback) => comeback.into_facts(),
            None => std::mem::take(&mut self.head.extensions),
        };
        facts.clear();
        facts
    }

    /// Puts the head of the request into the outbox of `connection`.
    pub(super) fn begin(&mut self, connection: &mut Http1Connection) {
        connection.restart();
        let is_wanted_back = self.comeback.as_ref().is_some_and(Comeback::may_repeat);
        if !connection.is_reused() && !is_wanted_back {
            // Nothing is repeated here that was sent over a fresh connection.
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

    /// The request as it came, with `failure`, if it is wanted back after that.
    pub(super) fn give_back(mut self, failure: Failure, counters: &UpstreamCounters) -> Failure {
        match self.comeback {
            Some(comeback) => {
                let body = self.upload.take_body();
                comeback.after_failure(failure, self.head, body, self.wishes, counters)
            }
            None => failure,
        }
    }

    /// What the client is told of `error` on `connection`.
    pub(super) fn failure(&self, error: &ExchangeError, connection: &Http1Connection) -> Failure {
        match error {
            ExchangeError::Upload(error) => Failure::request_body(error),
            ExchangeError::Malformed(_) | ExchangeError::TooManyInterim(_) => {
                Failure::malformed(error)
            }
            ExchangeError::Broken(cause) if is_refusal(cause) => Failure::connect(error),
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
