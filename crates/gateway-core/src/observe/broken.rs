//! A body that has failed.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::Error;
use bytes::Bytes;
use http_body::Frame;

/// Ends with an error that somebody else has seen before, so that a body cut short stays one.
pub(super) struct Broken(Option<Arc<Error>>);

impl Broken {
    pub(super) fn new(error: Arc<Error>) -> Self {
        Self(Some(error))
    }
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let error = self.0.take();
        Poll::Ready(error.map(|error| Err(Error::new(error))))
    }
}
