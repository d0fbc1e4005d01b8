//! The body of a response on its way to the client.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use gateway_core::head::trailers::Announced;
use gateway_core::http1::{BodyDecoder, BodyFault, BodyLength, Decoded};
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;

use super::super::deadline::Deadline;
use super::super::trailers;
use super::lease::Lease;
use super::upload::{Upload, UploadError};

/// The body of a response on its way to the client; it holds the connection until it has ended. It reads
/// from the endpoint only as fast as it is read, sends meanwhile what is left of the request's body, passes on no
/// trailers but those that may, and being dropped it cancels the exchange.
#[derive(Debug)]
pub(super) struct ResponseBody {
    /// `None` once the body has ended, in one way or the other.
    lease: Option<Lease>,
    decoder: BodyDecoder,
    /// What was found beyond what has been passed on.
    next: Option<Result<Decoded, BodyFault>>,
    announced: Announced,
    /// What is left of the request.
    upload: Upload,
    deadline: Deadline,
    /// Since when nothing has come.
    silence: Option<Instant>,
}

/// Why a response's body ended early. The client sees it cut short, and no more.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResponseBodyError {
    #[error(transparent)]
    Fault(#[from] BodyFault),
    #[error("the connection to the endpoint broke")]
    Broken(#[source] io::Error),
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error("the endpoint was silent for too long")]
    Silent,
}

type Polled = Poll<Option<Result<Frame<Bytes>, ResponseBodyError>>>;

impl ResponseBody {
    /// The body of this `length` that comes after a head with `fields` over the connection in `lease`, while
    /// `upload` is still being sent.
    pub(super) fn wrap(
        length: BodyLength,
        fields: &HeaderMap,
        mut lease: Lease,
        upload: Upload,
        deadline: Deadline,
    ) -> Body {
        match length {
            BodyLength::Empty | BodyLength::Length(0) => {
                lease.end(&upload);
                return Body::empty();
            }
            BodyLength::Length(length) => {
                // Most bodies have come with their head.
                if let Some(whole) = lease.connection().take(length) {
                    lease.end(&upload);
                    return Body::from(whole);
                }
            }
            BodyLength::Chunked | BodyLength::UntilClose => {}
        }
        Body::new(Self {
            lease: Some(lease),
            decoder: BodyDecoder::new(length),
            next: None,
            announced: if length == BodyLength::Chunked {
                Announced::by(fields)
            } else {
                Announced::default()
            },
            upload,
            deadline,
            silence: None,
        })
    }

    /// The next piece, with what is needed of the socket.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Decoded, ResponseBodyError>> {
        if let Some(next) = self.next.take() {
            return Poll::Ready(next.map_err(ResponseBodyError::from));
        }
        let Some(lease) = &mut self.lease else {
            return Poll::Ready(Ok(Decoded::End));
        };
        let connection = lease.connection();
        if !self.upload.is_over()
            && let Poll::Ready(Err(error)) = self.upload.poll(connection, cx)
        {
            return Poll::Ready(Err(error.into()));
        }
        loop {
            match self.decoder.decode(&mut connection.incoming)? {
                Decoded::Incomplete => {}
                piece => return Poll::Ready(Ok(piece)),
            }
            match connection.poll_read(cx) {
                Poll::Ready(Ok(0)) => self.decoder.end_of_input()?,
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => {
                    return Poll::Ready(Err(ResponseBodyError::Broken(error)));
                }
                Poll::Pending => {
                    let silence = *self.silence.get_or_insert_with(Instant::now);
                    let deadline = self.deadline.silence(silence, self.upload.last_part());
                    let alarm = &mut connection.alarm;
                    return alarm
                        .poll_until(deadline, cx)
                        .map(|()| Err(ResponseBodyError::Silent));
                }
            }
        }
    }

    /// Looks whether the body has ended with the piece that is passed on now: then the connection is free at
    /// once, and whoever reads the body need not ask again.
    fn look_ahead(&mut self) {
        let Some(lease) = &mut self.lease else {
            return;
        };
        match self.decoder.decode(&mut lease.connection().incoming) {
            Ok(Decoded::End) => self.end(),
            Ok(Decoded::Incomplete) => {}
            next => self.next = Some(next),
        }
    }

    fn end(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.end(&self.upload);
        }
    }

    /// Ends the body with `error` and cancels the exchange.
    fn fail(&mut self, error: ResponseBodyError) -> Polled {
        tracing::debug!(
            error = &error as &dyn std::error::Error,
            "a response is cut short"
        );
        if let Some(lease) = self.lease.take() {
            lease.fail(&error);
        }
        Poll::Ready(Some(Err(error)))
    }
}

impl http_body::Body for ResponseBody {
    type Data = Bytes;
    type Error = ResponseBodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let piece = match self.poll_piece(cx) {
            Poll::Ready(Ok(piece)) => piece,
            Poll::Ready(Err(error)) => return self.fail(error),
            Poll::Pending => return Poll::Pending,
        };
        self.silence = None;
        let frame = match piece {
            Decoded::Data(data) => Frame::data(data),
            Decoded::Trailers(trailers) => Frame::trailers(trailers),
            Decoded::End | Decoded::Incomplete => {
                self.end();
                return Poll::Ready(None);
            }
        };
        self.look_ahead();
        Poll::Ready(trailers::admit(frame, &self.announced).map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        self.lease.is_none() && self.next.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.decoder.remaining() {
            Some(left) if self.next.is_none() => SizeHint::with_exact(left),
            _ => SizeHint::default(),
        }
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.cancel();
        }
    }
}
