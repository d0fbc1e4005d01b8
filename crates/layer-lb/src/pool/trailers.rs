//! What passes of the trailers of a body.

use bytes::Bytes;
use gateway_core::head::trailers::Announced;
use http_body::Frame;

/// The frame of a body that comes of `frame`; `None` where it held nothing but trailers that may not pass,
/// so that the body ends without any.
pub(super) fn admit(frame: Frame<Bytes>, announced: &Announced) -> Option<Frame<Bytes>> {
    match frame.into_trailers() {
        Ok(mut trailers) => {
            announced.admit(&mut trailers);
            (!trailers.is_empty()).then(|| Frame::trailers(trailers))
        }
        Err(data) => Some(data),
    }
}
