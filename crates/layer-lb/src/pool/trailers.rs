//! What passes of the trailers of a body.

use bytes::Bytes;
use gateway_core::head::field_names::drop_underscored;
use gateway_core::head::trailers::Announced;
use http::HeaderMap;
use http_body::Frame;

/// The frame of a response's body that comes of `frame`; `None` where it held nothing but trailers that may
/// not pass, so that the body ends without any.
pub(super) fn admit(frame: Frame<Bytes>, announced: &Announced) -> Option<Frame<Bytes>> {
    admit_where(frame, |trailers| announced.admit(trailers))
}

/// The same for a request's body. Names with `_` do not pass: the endpoint may take them for other fields.
pub(super) fn admit_request(frame: Frame<Bytes>, announced: &Announced) -> Option<Frame<Bytes>> {
    admit_where(frame, |trailers| {
        announced.admit(trailers);
        drop_underscored(trailers);
    })
}

fn admit_where(frame: Frame<Bytes>, admit: impl FnOnce(&mut HeaderMap)) -> Option<Frame<Bytes>> {
    match frame.into_trailers() {
        Ok(mut trailers) => {
            admit(&mut trailers);
            (!trailers.is_empty()).then(|| Frame::trailers(trailers))
        }
        Err(data) => Some(data),
    }
}
