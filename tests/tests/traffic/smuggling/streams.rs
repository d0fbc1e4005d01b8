//! Requests over HTTP/2 that become something else where they are written as HTTP/1.1.

use gateway_testkit::raw_http2::{Frame, hpack};

/// One hostile request over HTTP/2: what is wrong with it, and what is sent on its stream. `/one` is the path of
/// the request itself.
pub(super) struct Stream {
    pub(super) name: String,
    fields: Vec<(String, String)>,
    data: Vec<String>,
    trailers: Vec<(String, String)>,
}

/// Names and values.
pub(super) type Fields<'a> = &'a [(&'a str, &'a str)];

fn owned(fields: Fields<'_>) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    fields.iter().map(owned).collect()
}

impl Stream {
    /// A whole head in the place of an ordinary one.
    pub(super) fn head(name: &str, fields: Fields<'_>) -> Self {
        Self {
            name: name.to_owned(),
            fields: owned(fields),
            data: Vec::new(),
            trailers: Vec::new(),
        }
    }

    /// A POST with these fields and these parts of a body.
    pub(super) fn post(name: &str, fields: Fields<'_>, data: &[&str]) -> Self {
        let usual = [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", "/one"),
            (":authority", "a"),
        ];
        Self {
            data: data.iter().map(|part| (*part).to_owned()).collect(),
            ..Self::head(name, &[&usual, fields].concat())
        }
    }

    /// The same, ending with these trailers.
    pub(super) fn ending(mut self, trailers: Fields<'_>) -> Self {
        self.trailers = owned(trailers);
        self
    }

    /// Its frames on stream `id`, with `path` in the place of `/one`.
    pub(super) fn frames(&self, id: u32, path: &str) -> Vec<Frame> {
        let block = |fields: &[(String, String)]| {
            let literal = |(name, value): &(String, String)| {
                hpack::literal(name, &value.replace("/one", path))
            };
            fields.iter().flat_map(literal).collect::<Vec<u8>>()
        };
        let mut frames = vec![Frame::headers(id, block(&self.fields))];
        frames.extend(self.data.iter().map(|part| Frame::data(id, part.clone())));
        if !self.trailers.is_empty() {
            frames.push(Frame::headers(id, block(&self.trailers)));
        }
        if let Some(last) = frames.pop() {
            frames.push(last.ending());
        }
        frames
    }
}

/// All of it.
pub(super) fn hostile() -> Vec<Stream> {
    let mut all = super::stream_breaks::hostile();
    all.extend(super::stream_framing::hostile());
    all.extend(super::stream_heads::hostile());
    all
}
