//! The frames of an answer's body, as bytes.

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use gateway_core::head::trailers::{self, Announced};
use gateway_core::http1::{write_chunk_end, write_chunk_head, write_last_chunk};
use http::HeaderMap;
use http_body::{Body as _, Frame};

use super::answer_head::Framing;
use super::output::Output;
use crate::server::catch_panic::catch_panic;

/// The body of an answer, on its way into the output.
pub(super) struct AnswerBody {
    body: Body,
    framing: Framing,
    /// The trailers that the client may get; `None` for any.
    announced: Option<Announced>,
    is_ended: bool,
}

/// How far a body has got.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// All of it is in the output.
    Whole,
    /// The output should be written first.
    Full,
    /// More of it is to come, and wakes who waits.
    Pending,
    /// It failed, or is not as long as the head says: no more is written.
    Broken,
}

impl AnswerBody {
    /// The body of an answer with these header fields.
    pub(super) fn new(
        body: Body,
        framing: Framing,
        headers: &HeaderMap,
        accepts_trailers: bool,
    ) -> Self {
        let announced = match framing {
            Framing::Chunked if !accepts_trailers => Some(Announced::by(headers)),
            _ => None,
        };
        Self {
            body,
            framing,
            announced,
            is_ended: framing == Framing::None,
        }
    }

    /// Adds to `output` what there is, up to what one write should take.
    pub(super) fn poll_fill(&mut self, output: &mut Output, cx: &mut Context<'_>) -> Filled {
        while !self.is_ended {
            if output.is_full() {
                return Filled::Full;
            }
            let polled = catch_panic(|| {
                if self.body.is_end_stream() {
                    return Poll::Ready(None);
                }
                Pin::new(&mut self.body).poll_frame(cx)
            });
            match polled {
                Some(Poll::Ready(Some(Ok(frame)))) => {
                    if self.add(frame, output).is_err() {
                        return Filled::Broken;
                    }
                }
                Some(Poll::Ready(None)) => {
                    if self.end(output, None).is_err() {
                        return Filled::Broken;
                    }
                }
                // All that was promised is there, so nothing is waited for.
                Some(Poll::Pending) if self.framing == Framing::Length(0) => self.is_ended = true,
                Some(Poll::Pending) => return Filled::Pending,
                Some(Poll::Ready(Some(Err(error)))) => {
                    tracing::debug!(%error, "an answer broke off");
                    return Filled::Broken;
                }
                None => {
                    // A body that has panicked may not be polled again.
                    self.body = Body::empty();
                    return Filled::Broken;
                }
            }
        }
        Filled::Whole
    }

    /// Whether a client can see that this body is not whole if the connection just ends.
    pub(super) fn shows_its_end(&self) -> bool {
        self.framing != Framing::UntilClose
    }

    fn add(&mut self, frame: Frame<Bytes>, output: &mut Output) -> Result<(), WrongLength> {
        match frame.into_data() {
            Ok(data) => self.add_data(data, output),
            Err(frame) => match frame.into_trailers() {
                Ok(trailers) => self.end(output, Some(trailers)),
                // There are no other frames.
                Err(_) => Ok(()),
            },
        }
    }

    fn add_data(&mut self, data: Bytes, output: &mut Output) -> Result<(), WrongLength> {
        let Some(length) = NonZeroUsize::new(data.len()) else {
            return Ok(());
        };
        match &mut self.framing {
            Framing::None => {}
            Framing::Length(left) => {
                *left = left.checked_sub(length.get() as u64).ok_or(WrongLength)?;
                output.push(data);
            }
            Framing::Chunked => {
                write_chunk_head(output.tail(), length);
                output.push(data);
                write_chunk_end(output.tail());
            }
            Framing::UntilClose => output.push(data),
        }
        Ok(())
    }

    fn end(&mut self, output: &mut Output, trailers: Option<HeaderMap>) -> Result<(), WrongLength> {
        self.is_ended = true;
        match self.framing {
            Framing::Length(1..) => return Err(WrongLength),
            Framing::Chunked => {
                let trailers = trailers.and_then(|trailers| self.admit(trailers));
                write_last_chunk(output.tail(), trailers.as_ref());
            }
            Framing::None | Framing::Length(0) | Framing::UntilClose => {}
        }
        Ok(())
    }

    fn admit(&self, mut map: HeaderMap) -> Option<HeaderMap> {
        match &self.announced {
            Some(announced) => announced.admit(&mut map),
            None => trailers::strip(&mut map),
        }
        (!map.is_empty()).then_some(map)
    }
}

/// A body is not as long as its head says.
#[derive(Debug)]
struct WrongLength;
