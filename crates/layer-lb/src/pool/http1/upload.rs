//! The body of a request on its way to an endpoint.

use std::io;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum_core::body::Body;
use bytes::Bytes;
use gateway_core::head::trailers::Announced;
use gateway_core::http1::{write_chunk_head, write_last_chunk};
use http::HeaderMap;
use http_body::{Body as _, Frame};
use tokio::time::Instant;

use super::super::replay::{MAX_SIZE, Replay};
use super::super::trailers;
use super::connection::Http1Connection;
use crate::request_framing::Framing;

/// What ends a chunk, and what ends the last one.
const CHUNK_END: &[u8] = b"\r\n";
const BODY_END: &[u8] = b"\r\n0\r\n\r\n";

/// A request on its way to an endpoint after its head was put into the outbox: the body, which is written as
/// fast as the endpoint takes it, and no trailers but those that may pass.
#[derive(Debug)]
pub(super) struct Upload {
    body: Replay,
    /// Where the body ends, as the head says.
    framing: Framing,
    /// How much is left of a body with a length.
    left: u64,
    announced: Announced,
    stage: Stage,
    last_part: Instant,
    is_starved: bool,
}

#[derive(Debug)]
enum Stage {
    /// The body has more to give, or may have.
    Taking,
    /// All of it is in the outbox.
    Flushing,
    /// All of it is written.
    Sent,
    /// The endpoint takes no more.
    Broken(io::Error),
}

/// The client's body is not what it should be. The endpoint never sees that, its connection is cut.
#[derive(Debug, thiserror::Error)]
pub(super) enum UploadError {
    #[error("the client's request body failed")]
    Failed(#[source] axum_core::Error),
    #[error("the client's request body is longer than its head says")]
    TooLong,
    #[error("the client's request body is shorter than its head says")]
    TooShort,
}

impl Upload {
    /// The `body` that comes after `head`, whose framing fields are ours. `start` is when the exchange began.
    pub(super) fn new(body: Body, head: &HeaderMap, start: Instant) -> Self {
        let framing = Framing::in_head(head);
        let announced = match framing {
            Framing::Open => Announced::by(head),
            Framing::Absent | Framing::Length(_) => Announced::default(),
        };
        let mut upload = Self {
            body: Replay::new(body),
            framing,
            left: 0,
            announced,
            stage: Stage::Sent,
            last_part: start,
            is_starved: false,
        };
        upload.restart();
        upload
    }

    /// Whether the body is known to be short enough to be sent again.
    pub(super) fn is_repeatable(&self) -> bool {
        match self.framing {
            Framing::Absent => true,
            Framing::Length(length) => self.body.can_replay() && length <= MAX_SIZE as u64,
            Framing::Open => false,
        }
    }

    /// Begins again from the start of the body. Says whether that can be.
    pub(super) fn rewind(&mut self) -> bool {
        let can_be = matches!(self.framing, Framing::Absent) || self.body.rewind();
        if can_be {
            self.restart();
        }
        can_be
    }

    /// All of the body, for somebody else to send, where it is still there. Nothing more of it is sent here.
    pub(super) fn take_body(&mut self) -> Option<Body> {
        std::mem::replace(&mut self.body, Replay::new(Body::empty())).into_body()
    }

    /// It will not be sent again.
    pub(super) fn forget(&mut self) {
        self.body.forget();
    }

    /// Whether all of it is written.
    pub(super) fn is_sent(&self) -> bool {
        matches!(self.stage, Stage::Sent)
    }

    /// Whether nothing more of it will be written.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Sent | Stage::Broken(_))
    }

    /// Why the endpoint takes no more, where that is so.
    pub(super) fn take_breakage(&mut self) -> Option<io::Error> {
        match std::mem::replace(&mut self.stage, Stage::Sent) {
            Stage::Broken(error) => Some(error),
            stage => {
                self.stage = stage;
                None
            }
        }
    }

    /// Whether the client owes the next part. An endpoint that does not read keeps us from asking for it.
    pub(super) fn awaits_client(&self) -> bool {
        matches!(self.stage, Stage::Taking) && self.is_starved
    }

    /// When the last part came.
    pub(super) fn last_part(&self) -> Instant {
        self.last_part
    }

    /// Ready once it is [over](Self::is_over). An endpoint that takes no more is no error: it may have answered.
    pub(super) fn poll(
        &mut self,
        connection: &mut Http1Connection,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), UploadError>> {
        while !self.is_over() {
            // Before anything is written, so that a head and the body that is there go together.
            self.is_starved = false;
            if matches!(self.stage, Stage::Taking) && connection.outbox.has_room() {
                self.is_starved = self.poll_part(connection, cx)?.is_pending();
            }
            match connection.poll_flush(cx) {
                Poll::Ready(Ok(())) if self.is_starved => return Poll::Pending,
                Poll::Ready(Ok(())) if matches!(self.stage, Stage::Flushing) => {
                    self.stage = Stage::Sent;
                }
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => self.stage = Stage::Broken(error),
                Poll::Pending => {
                    self.is_starved = false;
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Puts the next part of the body into the outbox.
    fn poll_part(
        &mut self,
        connection: &mut Http1Connection,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), UploadError>> {
        match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
            Some(Ok(frame)) => {
                self.last_part = Instant::now();
                self.add(frame, connection)
            }
            Some(Err(error)) => Err(UploadError::Failed(error)),
            None => self.end(None, connection),
        }
        .into()
    }

    fn add(
        &mut self,
        frame: Frame<Bytes>,
        connection: &mut Http1Connection,
    ) -> Result<(), UploadError> {
        let Some(frame) = trailers::admit_request(frame, &self.announced) else {
            return self.end(None, connection);
        };
        match frame.into_data() {
            Ok(data) => self.add_data(data, connection),
            Err(frame) => self.end(frame.into_trailers().ok().as_ref(), connection),
        }
    }

    fn add_data(
        &mut self,
        data: Bytes,
        connection: &mut Http1Connection,
    ) -> Result<(), UploadError> {
        if self.framing == Framing::Open {
            // An empty chunk would be the last one.
            if let Some(length) = NonZeroUsize::new(data.len()) {
                let is_last = self.body.is_end_stream();
                write_chunk_head(connection.outbox.ours(), length);
                let end = if is_last { BODY_END } else { CHUNK_END };
                connection.outbox.add(data, end);
                if is_last {
                    self.stage = Stage::Flushing;
                }
            }
            return Ok(());
        }
        let length = data.len() as u64;
        self.left = self.left.checked_sub(length).ok_or(UploadError::TooLong)?;
        connection.outbox.add(data, &[]);
        // A client of HTTP/2 may end its stream in a frame of its own, for which the endpoint does not wait.
        if self.left == 0 {
            self.stage = Stage::Flushing;
        }
        Ok(())
    }

    fn end(
        &mut self,
        trailers: Option<&HeaderMap>,
        connection: &mut Http1Connection,
    ) -> Result<(), UploadError> {
        if self.framing == Framing::Open {
            write_last_chunk(connection.outbox.ours(), trailers);
        } else if self.left > 0 {
            return Err(UploadError::TooShort);
        }
        self.stage = Stage::Flushing;
        Ok(())
    }

    fn restart(&mut self) {
        self.left = match self.framing {
            Framing::Length(length) => length,
            Framing::Absent | Framing::Open => 0,
        };
        self.stage = if self.left > 0 || self.framing == Framing::Open {
            Stage::Taking
        } else {
            Stage::Flushing
        };
        self.is_starved = false;
    }
}
