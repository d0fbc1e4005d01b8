//! A body that can be put back after somebody has read of it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// Hands out a body for reading and takes it back whole: the frames that were read, then the rest.
#[derive(Clone, Default)]
pub(super) struct Tape(Arc<Mutex<Reel>>);

#[derive(Default)]
struct Reel {
    read: VecDeque<Frame<Bytes>>,
    rest: Option<Body>,
}

impl Tape {
    /// Puts `body` on the tape; what is handed out reads from it.
    pub(super) fn record(&self, body: Body) -> Body {
        self.with(|reel| reel.rest = Some(body));
        Body::new(Recorded(self.clone()))
    }

    /// Takes the body back as it was; whoever still reads the recorded one sees it end.
    pub(super) fn rewind(&self) -> Body {
        let reel = self.with(std::mem::take);
        let rest = reel.rest.unwrap_or_default();
        if reel.read.is_empty() {
            rest
        } else {
            Body::new(Rewound {
                read: reel.read,
                rest,
            })
        }
    }

    fn with<T>(&self, action: impl FnOnce(&mut Reel) -> T) -> T {
        action(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Recorded(Tape);

impl http_body::Body for Recorded {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        self.0.with(|reel| {
            let Some(rest) = &mut reel.rest else {
                return Poll::Ready(None);
            };
            let polled = Pin::new(rest).poll_frame(cx);
            if let Poll::Ready(Some(Ok(frame))) = &polled {
                reel.read.extend(copy(frame));
            }
            polled
        })
    }

    fn is_end_stream(&self) -> bool {
        self.0
            .with(|reel| reel.rest.as_ref().is_none_or(Body::is_end_stream))
    }

    fn size_hint(&self) -> SizeHint {
        self.0
            .with(|reel| reel.rest.as_ref().map(Body::size_hint))
            .unwrap_or_default()
    }
}

struct Rewound {
    read: VecDeque<Frame<Bytes>>,
    rest: Body,
}

impl http_body::Body for Rewound {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        match self.read.pop_front() {
            Some(frame) => Poll::Ready(Some(Ok(frame))),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let read: u64 = self
            .read
            .iter()
            .filter_map(Frame::data_ref)
            .map(|data| data.len() as u64)
            .sum();
        let rest = self.rest.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint.set_lower(rest.lower().saturating_add(read));
        hint
    }
}

fn copy(frame: &Frame<Bytes>) -> Option<Frame<Bytes>> {
    let data = frame.data_ref().cloned().map(Frame::data);
    data.or_else(|| frame.trailers_ref().cloned().map(Frame::trailers))
}
