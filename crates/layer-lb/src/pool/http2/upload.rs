//! The body of a request on its way to an endpoint.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum_core::body::Body;
use bytes::{Bytes, BytesMut};
use gateway_core::head::trailers::Announced;
use h2::{Reason, SendStream};
use http_body::{Body as _, Frame};

use super::super::replay::Replay;
use super::super::trailers;
use super::pace::Pace;

/// Parts smaller than this are joined with what follows at once. An endpoint counts small frames, and may take
/// many of them for an attack.
const SMALL: usize = 1 << 10;
/// How much is joined; the size of a frame that any endpoint takes.
const JOINED: usize = 16 << 10;

/// The body of a request on its way to an endpoint. It takes a part from the client only when the endpoint has
/// room for more, so that no more than one part waits here. Dropped, it resets what is left of the stream.
#[derive(Debug)]
pub(super) struct Upload {
    stream: SendStream<Bytes>,
    body: Replay,
    /// What was taken from the body and is not sent yet.
    next: Option<Taken>,
    announced: Announced,
    pace: Arc<Pace>,
    is_over: bool,
}

/// What a body gives.
#[derive(Debug)]
enum Taken {
    Frame(Frame<Bytes>),
    Failure(axum_core::Error),
    End,
}

impl Upload {
    /// Sends `body` over `stream`, with those trailers of it that are `announced`.
    pub(super) fn new(
        stream: SendStream<Bytes>,
        body: Replay,
        announced: Announced,
        pace: Arc<Pace>,
    ) -> Self {
        Self {
            stream,
            body,
            next: None,
            announced,
            pace,
            is_over: false,
        }
    }

    /// Whether all is sent that will be.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The body will not be sent again.
    pub(super) fn forget(&mut self) {
        self.body.forget();
    }

    /// The body, to be sent over another stream; ends this one.
    pub(super) fn take_body(&mut self) -> Replay {
        std::mem::replace(&mut self.body, Replay::new(Body::empty()))
    }

    /// Ready when all is sent, or when the endpoint wants no more of it, for whatever reason: that is told to
    /// whoever awaits the response. The error is the client's.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), axum_core::Error>> {
        while !self.is_over {
            if ready!(self.poll_room(cx)).is_none() {
                self.is_over = true;
                break;
            }
            match ready!(self.poll_next(cx)) {
                Taken::Frame(frame) => {
                    self.pace.moved();
                    self.send(frame);
                }
                Taken::Failure(error) => {
                    self.is_over = true;
                    return Poll::Ready(Err(error));
                }
                Taken::End => self.end(),
            }
        }
        self.pace.set_awaits_client(false);
        Poll::Ready(Ok(()))
    }

    /// Ready when the endpoint takes more, or `None` when it never will.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<Option<()>> {
        // How much will come is not known; what is given goes beyond it where the endpoint allows.
        self.stream.reserve_capacity(1);
        while self.stream.capacity() == 0 {
            self.pace.set_awaits_client(false);
            match ready!(self.stream.poll_capacity(cx)) {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Poll::Ready(None),
            }
        }
        // Whoever awaits the client is woken too when the endpoint ends the stream.
        match self.stream.poll_reset(cx) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => Poll::Ready(Some(())),
        }
    }

    /// The next part; small ones that are there already as one.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Taken> {
        let first = match self.next.take() {
            Some(taken) => taken,
            None => match self.poll_body(cx) {
                Poll::Ready(taken) => taken,
                Poll::Pending => {
                    self.pace.set_awaits_client(true);
                    return Poll::Pending;
                }
            },
        };
        let Taken::Frame(first) = first else {
            return Poll::Ready(first);
        };
        let is_small = first.data_ref().is_some_and(|data| data.len() < SMALL);
        if !is_small || self.body.is_end_stream() {
            return Poll::Ready(Taken::Frame(first));
        }
        Poll::Ready(Taken::Frame(self.join(first, cx)))
    }

    /// `first` with the small parts that follow at once.
    fn join(&mut self, first: Frame<Bytes>, cx: &mut Context<'_>) -> Frame<Bytes> {
        let first = first.into_data().unwrap_or_default();
        let mut joined = BytesMut::new();
        while !self.body.is_end_stream() && joined.len() < JOINED {
            let Poll::Ready(taken) = self.poll_body(cx) else {
                break;
            };
            match taken {
                Taken::Frame(frame) if frame.data_ref().is_some_and(|data| data.len() < SMALL) => {
                    if joined.is_empty() {
                        joined.extend_from_slice(&first);
                    }
                    joined.extend_from_slice(&frame.into_data().unwrap_or_default());
                }
                other => {
                    self.next = Some(other);
                    break;
                }
            }
        }
        Frame::data(if joined.is_empty() {
            first
        } else {
            joined.freeze()
        })
    }

    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Taken> {
        Pin::new(&mut self.body)
            .poll_frame(cx)
            .map(|frame| match frame {
                Some(Ok(frame)) => Taken::Frame(frame),
                Some(Err(error)) => Taken::Failure(error),
                None => Taken::End,
            })
    }

    fn send(&mut self, frame: Frame<Bytes>) {
        let frame = trailers::admit_request(frame, &self.announced);
        let sent = match frame.map(Frame::into_data) {
            Some(Ok(data)) => {
                let is_last = self.next.is_none() && self.body.is_end_stream();
                self.is_over = is_last;
                if data.is_empty() && !is_last {
                    return;
                }
                self.stream.send_data(data, is_last)
            }
            Some(Err(frame)) => {
                self.is_over = true;
                let trailers = frame.into_trailers().unwrap_or_default();
                self.stream.send_trailers(trailers)
            }
            None => return self.end(),
        };
        // The stream has ended meanwhile; whoever awaits the response learns why.
        self.is_over |= sent.is_err();
    }

    fn end(&mut self) {
        self.is_over = true;
        // As above.
        let _ = self.stream.send_data(Bytes::new(), true);
    }
}

impl Drop for Upload {
    /// Where both sides have ended and all was written, this does nothing. Otherwise the endpoint would wait for
    /// what never comes, or the rest would wait here for an endpoint that does not read it.
    fn drop(&mut self) {
        self.stream.send_reset(Reason::CANCEL);
    }
}
