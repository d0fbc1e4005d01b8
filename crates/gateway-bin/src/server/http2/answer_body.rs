//! The body of an answer on its way to the client.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use h2::{Reason, SendStream};
use http::HeaderMap;
use http_body::{Body as _, Frame};
use tokio::time::Instant;

use super::stream_end::StreamEnd;
use crate::server::catch_panic::catch_panic;

/// The body of an answer on its way to the client. It is read as far as the client gives room for what was read, so
/// that h2 holds nothing that waits for the client, and the wait is seen here.
pub(super) struct AnswerBody {
    body: Body,
    stream: SendStream<Bytes>,
    /// Read, not sent; empty where nothing was read.
    chunk: Bytes,
    /// Read after `chunk`.
    next: Next,
    /// Since when the client gives no room.
    blocked: Option<Instant>,
    /// It leaves the stream open.
    is_endless: bool,
}

/// What follows the chunk in hand.
enum Next {
    Unknown,
    Data(Bytes),
    Trailers(HeaderMap),
    End,
    Failed,
}

impl AnswerBody {
    pub(super) fn new(body: Body, stream: SendStream<Bytes>) -> Self {
        Self {
            body,
            stream,
            chunk: Bytes::new(),
            next: Next::Unknown,
            blocked: None,
            is_endless: false,
        }
    }

    /// Leaves the stream open, for somebody else to reset.
    pub(super) fn endless(mut self) -> Self {
        self.is_endless = true;
        self
    }

    /// The stream, if it was left open.
    pub(super) fn into_endless(self) -> Option<SendStream<Bytes>> {
        self.is_endless.then_some(self.stream)
    }

    /// Since when the client gives no room for what was read.
    pub(super) fn blocked(&self) -> Option<Instant> {
        self.blocked
    }

    /// Shows the client that the answer is cut.
    pub(super) fn cut(&mut self, reason: Reason) {
        self.stream.send_reset(reason);
    }

    /// Sends what can be sent; ready when all of it has been.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<StreamEnd> {
        loop {
            if self.chunk.is_empty() {
                match std::mem::replace(&mut self.next, Next::Unknown) {
                    Next::Unknown => match self.poll_body(cx) {
                        Poll::Ready(next) => self.next = next,
                        Poll::Pending => return self.poll_lost(cx),
                    },
                    Next::Data(chunk) => self.chunk = chunk,
                    last => return Poll::Ready(self.finish(Bytes::new(), last)),
                }
                continue;
            }
            let room = match self.poll_room(cx) {
                Poll::Ready(Some(room)) => room,
                Poll::Ready(None) => return Poll::Ready(StreamEnd::Lost),
                Poll::Pending => return self.poll_lost(cx),
            };
            if room < self.chunk.len() {
                let part = self.chunk.split_to(room);
                if self.stream.send_data(part, false).is_err() {
                    return Poll::Ready(StreamEnd::Lost);
                }
                continue;
            }
            let chunk = std::mem::take(&mut self.chunk);
            // Where the end can be seen already, it goes with the last chunk: that saves an empty frame.
            let polled = self.poll_next(cx);
            let has_more = polled.is_ready();
            match polled {
                Poll::Ready(next @ Next::Data(_)) => self.next = next,
                Poll::Ready(last) => return Poll::Ready(self.finish(chunk, last)),
                Poll::Pending => {}
            }
            if self.stream.send_data(chunk, false).is_err() {
                return Poll::Ready(StreamEnd::Lost);
            }
            if !has_more {
                return self.poll_lost(cx);
            }
        }
    }

    /// Sends the end of the stream, with what is left before it.
    fn finish(&mut self, chunk: Bytes, last: Next) -> StreamEnd {
        let sent = match last {
            Next::Trailers(trailers) => {
                let sent = if chunk.is_empty() {
                    Ok(())
                } else {
                    self.stream.send_data(chunk, false)
                };
                sent.and_then(|()| self.stream.send_trailers(trailers))
            }
            Next::Failed => {
                self.cut(Reason::INTERNAL_ERROR);
                return StreamEnd::Cut;
            }
            _ if self.is_endless && chunk.is_empty() => Ok(()),
            _ => self.stream.send_data(chunk, !self.is_endless),
        };
        match sent {
            Ok(()) => StreamEnd::Complete,
            Err(error) => {
                tracing::debug!(%error, "an answer could not be ended");
                self.cut(Reason::INTERNAL_ERROR);
                StreamEnd::Lost
            }
        }
    }

    /// What follows the chunk in hand, which was read last.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        if self.body.is_end_stream() {
            return Poll::Ready(Next::End);
        }
        self.poll_body(cx)
    }

    /// The next frame that is not empty.
    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        loop {
            let body = Pin::new(&mut self.body);
            let polled = catch_panic(|| body.poll_frame(cx));
            let Some(polled) = polled else {
                self.body = Body::empty();
                return Poll::Ready(Next::Failed);
            };
            let frame = match polled {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(Next::End),
                Poll::Ready(Some(Err(error))) => {
                    tracing::debug!(%error, "an answer is cut short");
                    return Poll::Ready(Next::Failed);
                }
                Poll::Ready(Some(Ok(frame))) => frame,
            };
            match frame.into_data().map_err(Frame::into_trailers) {
                Ok(data) if data.is_empty() => {}
                Ok(data) => return Poll::Ready(Next::Data(data)),
                Err(Ok(trailers)) => return Poll::Ready(Next::Trailers(trailers)),
                Err(Err(_)) => {}
            }
        }
    }

    /// How much of the chunk in hand the client gives room for; `None` when the stream is no more.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Option<usize>> {
        self.stream.reserve_capacity(self.chunk.len());
        while self.stream.capacity() == 0 {
            match self.stream.poll_capacity(cx) {
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(None),
                Poll::Pending => {
                    self.blocked.get_or_insert_with(Instant::now);
                    return Poll::Pending;
                }
            }
        }
        self.blocked = None;
        Poll::Ready(Some(self.stream.capacity()))
    }

    /// Ready when the client has reset the stream, or the connection has failed.
    fn poll_lost(&mut self, cx: &mut Context<'_>) -> Poll<StreamEnd> {
        self.stream.poll_reset(cx).map(|_| StreamEnd::Lost)
    }
}
