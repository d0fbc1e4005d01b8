//! Writes down requests while they are read.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::request::Parts;
use http_body::{Body, Frame};
use hyper::body::Incoming;

use super::{BodyProgress, RecordedRequest};
use crate::sync::lock;

/// How much of a body is kept.
const BODY_CAP: usize = 1 << 20;

/// The requests of an upstream, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder(Arc<Mutex<Vec<Entry>>>);

#[derive(Debug)]
struct Entry {
    request: RecordedRequest,
    body: BytesMut,
}

impl Recorder {
    /// Everything so far.
    pub(super) fn requests(&self) -> Vec<RecordedRequest> {
        let entries = lock(&self.0);
        entries
            .iter()
            .map(|entry| RecordedRequest {
                body: Bytes::copy_from_slice(&entry.body),
                ..entry.request.clone()
            })
            .collect()
    }

    /// How many requests have come.
    pub(super) fn count(&self) -> usize {
        lock(&self.0).len()
    }

    /// Writes down a head; the body is written down as the returned one is read.
    pub(super) fn record(&self, connection: usize, parts: &Parts, body: Incoming) -> RecordedBody {
        let is_complete = body.is_end_stream();
        let request = RecordedRequest {
            connection,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            version: parts.version,
            headers: parts.headers.clone(),
            body: Bytes::new(),
            body_length: 0,
            trailers: None,
            progress: if is_complete {
                BodyProgress::Complete
            } else {
                BodyProgress::Reading
            },
        };
        let mut entries = lock(&self.0);
        entries.push(Entry {
            request,
            body: BytesMut::new(),
        });
        RecordedBody {
            inner: body,
            recorder: self.clone(),
            index: entries.len() - 1,
        }
    }

    fn edit(&self, index: usize, edit: impl FnOnce(&mut Entry)) {
        if let Some(entry) = lock(&self.0).get_mut(index) {
            edit(entry);
        }
    }
}

/// The body of a recorded request.
#[derive(Debug)]
pub(super) struct RecordedBody {
    inner: Incoming,
    recorder: Recorder,
    index: usize,
}

impl Body for RecordedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        let has_ended = self.inner.is_end_stream();
        self.recorder
            .edit(self.index, |entry| entry.note(frame.as_ref(), has_ended));
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for RecordedBody {
    fn drop(&mut self) {
        self.recorder.edit(self.index, |entry| {
            if entry.request.progress == BodyProgress::Reading {
                entry.request.progress = BodyProgress::Abandoned;
            }
        });
    }
}

impl Entry {
    fn note(&mut self, frame: Option<&Result<Frame<Bytes>, hyper::Error>>, has_ended: bool) {
        let request = &mut self.request;
        match frame {
            None => request.progress = BodyProgress::Complete,
            Some(Err(_)) => request.progress = BodyProgress::Failed,
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    request.body_length += data.len() as u64;
                    let room = BODY_CAP.saturating_sub(self.body.len()).min(data.len());
                    self.body.extend_from_slice(&data[..room]);
                }
                if let Some(trailers) = frame.trailers_ref() {
                    request.trailers = Some(trailers.clone());
                }
                if has_ended {
                    request.progress = BodyProgress::Complete;
                }
            }
        }
    }
}
