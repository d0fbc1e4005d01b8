//! A body that can be put back after somebody has read of it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::vec;

use axum_core::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::audience::Audience;
use super::broken::Broken;

/// Lets others read a body and takes it back whole: the frames that were read, then the rest.
#[derive(Clone)]
pub(super) struct Tape {
    reel: Arc<Mutex<Reel>>,
    audience: Arc<Audience>,
}

#[derive(Default)]
struct Reel {
    read: Vec<Frame<Bytes>>,
    rest: Option<Body>,
}

impl Tape {
    /// Puts `body` on a tape.
    pub(super) fn new(body: Body) -> Self {
        let reel = Reel {
            read: Vec::new(),
            rest: Some(body),
        };
        Self {
            reel: Arc::new(Mutex::new(reel)),
            audience: Arc::default(),
        }
    }

    /// The body from its beginning, for each who asks.
    pub(super) fn play(&self) -> Body {
        Body::new(Recorded {
            tape: self.clone(),
            position: 0,
        })
    }

    /// Takes the body back as it was; whoever still reads sees it end.
    pub(super) fn rewind(&self) -> Body {
        let reel = self.with(std::mem::take);
        let rest = reel.rest.unwrap_or_default();
        if reel.read.is_empty() {
            rest
        } else {
            Body::new(Rewound {
                read: reel.read.into_iter(),
                rest,
            })
        }
    }

    fn with<T>(&self, action: impl FnOnce(&mut Reel) -> T) -> T {
        action(&mut self.reel.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Recorded {
    tape: Tape,
    position: usize,
}

impl Recorded {
    /// The frames that others read already, and the rest.
    fn with_ahead<T>(&self, look: impl FnOnce(&[Frame<Bytes>], &Body) -> T) -> Option<T> {
        self.tape.with(|reel| {
            let ahead = reel.read.get(self.position..).unwrap_or_default();
            Some(look(ahead, reel.rest.as_ref()?))
        })
    }
}

impl http_body::Body for Recorded {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        let Self { tape, position } = &mut *self;
        tape.with(|reel| {
            let Some(rest) = &mut reel.rest else {
                return Poll::Ready(None);
            };
            if reel.read.len() <= *position {
                match ready!(
                    tape.audience
                        .poll(cx, |cx| Pin::new(&mut *rest).poll_frame(cx))
                ) {
                    Some(Ok(frame)) => reel.read.push(frame),
                    Some(Err(error)) => {
                        let error = Arc::new(error);
                        *rest = Body::new(Broken::new(Arc::clone(&error)));
                        return Poll::Ready(Some(Err(axum_core::Error::new(error))));
                    }
                    None => return Poll::Ready(None),
                }
            }
            let frame = reel.read.get(*position).and_then(copy);
            *position += 1;
            Poll::Ready(frame.map(Ok))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.with_ahead(|ahead, rest| ahead.is_empty() && rest.is_end_stream())
            .unwrap_or(true)
    }

    fn size_hint(&self) -> SizeHint {
        self.with_ahead(size_hint).unwrap_or_default()
    }
}

struct Rewound {
    read: vec::IntoIter<Frame<Bytes>>,
    rest: Body,
}

impl http_body::Body for Rewound {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        match self.read.next() {
            Some(frame) => Poll::Ready(Some(Ok(frame))),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.read.as_slice().is_empty() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        size_hint(self.read.as_slice(), &self.rest)
    }
}

fn size_hint(read: &[Frame<Bytes>], rest: &Body) -> SizeHint {
    let read = read.iter().filter_map(Frame::data_ref);
    let read: u64 = read.map(|data| data.len() as u64).sum();
    let rest = http_body::Body::size_hint(rest);
    let mut hint = SizeHint::new();
    if let Some(upper) = rest.upper() {
        hint.set_upper(upper.saturating_add(read));
    }
    hint.set_lower(rest.lower().saturating_add(read));
    hint
}

fn copy(frame: &Frame<Bytes>) -> Option<Frame<Bytes>> {
    let data = frame.data_ref().cloned().map(Frame::data);
    data.or_else(|| frame.trailers_ref().cloned().map(Frame::trailers))
}
