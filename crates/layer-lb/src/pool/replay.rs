//! A request's body that can be sent again from its start.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};

use super::replay_budget::Share;

/// How much of a body is remembered, in bytes; of a longer one nothing is.
pub(super) const MAX_SIZE: usize = 64 << 10;
/// How many parts of a body are remembered. Each of them may keep a whole read buffer alive.
const MAX_PARTS: usize = 256;

/// A request's body that remembers what has been taken of it, up to 64 KiB, so that it can be sent again from
/// its start, followed by what the client has still to send. With one byte more, or where the process remembers
/// enough already, it forgets all it knew. What is
/// remembered is shared with what is sent; a body without content costs nothing.
#[derive(Debug)]
pub(super) struct Replay {
    /// What the client has still to send.
    body: Body,
    /// Whether the client has nothing more to send; a body must not be asked again then.
    has_ended: bool,
    memory: Memory,
    /// How many of the remembered parts have been taken since the last start; trailers are one after them.
    position: usize,
}

/// What has been taken of a body.
#[derive(Debug, Default)]
struct Memory {
    parts: Vec<Bytes>,
    trailers: Option<Box<HeaderMap>>,
    /// The bytes that are remembered.
    share: Share,
    is_closed: bool,
}

impl Replay {
    /// Nothing of `body` has been taken yet.
    pub(super) fn new(body: Body) -> Self {
        Self {
            body,
            has_ended: false,
            memory: Memory::default(),
            position: 0,
        }
    }

    /// Whether the body can be sent again from its start.
    pub(super) fn can_replay(&self) -> bool {
        !self.memory.is_closed
    }

    /// What is taken next is the start of the body. Says whether that can be; if not, nothing changes.
    pub(super) fn rewind(&mut self) -> bool {
        if self.can_replay() {
            self.position = 0;
        }
        self.can_replay()
    }

    /// The whole body, for somebody else to send, where that can be.
    pub(super) fn into_body(mut self) -> Option<Body> {
        if !self.rewind() {
            return None;
        }
        let is_untouched = self.memory.parts.is_empty() && self.memory.trailers.is_none();
        if is_untouched {
            let is_left = !self.has_ended;
            return Some(if is_left { self.body } else { Body::empty() });
        }
        // Whoever sends it next remembers it again.
        self.forget();
        Some(Body::new(self))
    }

    /// The body will not be sent again: frees what is only kept for that.
    pub(super) fn forget(&mut self) {
        self.memory.forget(&mut self.position);
    }

    /// The next remembered part, where one is left.
    fn next_remembered(&mut self) -> Option<Frame<Bytes>> {
        let memory = &mut self.memory;
        let frame = if let Some(part) = memory.parts.get(self.position) {
            Some(Frame::data(part.clone()))
        } else if self.position == memory.parts.len() {
            let trailers = memory.trailers.as_deref();
            trailers.map(|trailers| Frame::trailers(trailers.clone()))
        } else {
            None
        }?;
        self.position += 1;
        if memory.is_closed {
            memory.forget(&mut self.position);
        }
        Some(frame)
    }
}

impl Memory {
    /// Remembers `frame`; says whether it does.
    fn remember(&mut self, frame: &Frame<Bytes>) -> bool {
        if self.is_closed {
            return false;
        }
        let size = match frame.trailers_ref() {
            Some(trailers) => trailers
                .iter()
                .map(|(name, value)| name.as_str().len() + value.len())
                .sum(),
            None => frame.data_ref().map_or(0, Bytes::len),
        };
        let is_too_much = self.share.size().saturating_add(size) > MAX_SIZE;
        if is_too_much || self.parts.len() >= MAX_PARTS || !self.share.grow(size) {
            return false;
        }
        if let Some(data) = frame.data_ref() {
            self.parts.push(data.clone());
        } else if let Some(trailers) = frame.trailers_ref() {
            self.trailers = Some(Box::new(trailers.clone()));
        }
        true
    }

    /// Forgets the parts before `position`; those after it are still to be sent.
    fn forget(&mut self, position: &mut usize) {
        self.is_closed = true;
        if *position > self.parts.len() {
            self.trailers = None;
        }
        self.parts.drain(..(*position).min(self.parts.len()));
        if self.parts.is_empty() {
            self.parts = Vec::new();
            self.share = Share::default();
        }
        *position = 0;
    }
}

impl http_body::Body for Replay {
    type Data = Bytes;
    type Error = axum_core::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum_core::Error>>> {
        let this = &mut *self;
        if let Some(frame) = this.next_remembered() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if this.has_ended {
            return Poll::Ready(None);
        }
        let polled = Pin::new(&mut this.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                this.has_ended = frame.is_trailers();
                this.position += 1;
                if !this.memory.remember(frame) {
                    this.forget();
                }
            }
            // What comes after the failure would be taken for the end.
            Poll::Ready(Some(Err(_))) => {
                this.has_ended = true;
                this.forget();
            }
            Poll::Ready(None) => this.has_ended = true,
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        let memory = &self.memory;
        let is_sent_again = match &memory.trailers {
            Some(_) => self.position > memory.parts.len(),
            None => self.position >= memory.parts.len(),
        };
        is_sent_again && (self.has_ended || self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let parts = self.memory.parts.get(self.position..).unwrap_or_default();
        let again: u64 = parts.iter().map(|part| part.len() as u64).sum();
        let left = self.body.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = left.upper() {
            hint.set_upper(upper.saturating_add(again));
        }
        hint.set_lower(left.lower().saturating_add(again));
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use http_body::Body as _;

    use http_body_util::channel::{Channel, Sender};
    use http_body_util::{BodyExt, Full};

    use super::*;

    fn streamed() -> (Sender<Bytes, io::Error>, Replay) {
        let (sender, channel) = Channel::new(4);
        (sender, Replay::new(Body::new(channel)))
    }

    async fn text(body: &mut Replay) -> String {
        let mut text = String::new();
        while let Some(frame) = body.frame().await {
            match frame.unwrap().into_data() {
                Ok(data) => text.push_str(std::str::from_utf8(&data).unwrap()),
                Err(frame) => text.push_str(&format!("{:?}", frame.into_trailers().unwrap())),
            }
        }
        text
    }

    #[tokio::test]
    async fn what_was_taken_comes_again_before_what_is_left() {
        let (mut client, mut body) = streamed();
        client.send_data(Bytes::from("one ")).await.unwrap();
        body.frame().await.unwrap().unwrap();
        client.send_data(Bytes::from("two ")).await.unwrap();
        assert!(body.rewind());
        body.frame().await.unwrap().unwrap();
        body.frame().await.unwrap().unwrap();
        assert!(body.rewind());
        client.send_data(Bytes::from("three")).await.unwrap();
        let trailers = HeaderMap::from_iter([(http::header::ETAG, "x".parse().unwrap())]);
        client.send_trailers(trailers).await.unwrap();
        drop(client);
        for _ in 0..2 {
            assert_eq!(text(&mut body).await, r#"one two three{"etag": "x"}"#);
            assert!(body.rewind());
        }
    }

    #[tokio::test]
    async fn one_byte_too_many_and_all_is_forgotten() {
        for (length, is_kept) in [(MAX_SIZE, true), (MAX_SIZE + 1, false)] {
            let mut body = Replay::new(Body::from("x".repeat(length)));
            assert_eq!(text(&mut body).await.len(), length);
            assert_eq!(body.rewind(), is_kept);
            let again = if is_kept { length } else { 0 };
            assert_eq!(text(&mut body).await.len(), again);
        }
        let (mut client, mut body) = streamed();
        for length in [MAX_SIZE, 1] {
            let part = Bytes::from("x".repeat(length));
            client.send_data(part).await.unwrap();
            body.frame().await.unwrap().unwrap();
        }
        assert!(!body.can_replay());
        assert!(body.memory.parts.is_empty(), "it frees what it held");
    }

    #[tokio::test]
    async fn many_small_parts_are_too_many() {
        let (mut client, mut body) = streamed();
        for count in 0..=MAX_PARTS {
            assert!(body.can_replay(), "after {count}");
            client.send_data(Bytes::from("x")).await.unwrap();
            body.frame().await.unwrap().unwrap();
        }
        assert!(!body.can_replay());
    }

    #[tokio::test]
    async fn what_is_forgotten_in_the_middle_of_a_replay_is_still_sent() {
        let (mut client, mut body) = streamed();
        for part in ["one ", "two "] {
            client.send_data(Bytes::from(part)).await.unwrap();
            body.frame().await.unwrap().unwrap();
        }
        client.send_data(Bytes::from("three")).await.unwrap();
        drop(client);
        body.rewind();
        body.frame().await.unwrap().unwrap();
        body.forget();
        assert!(!body.rewind());
        assert!(!body.is_end_stream());
        assert_eq!(text(&mut body).await, "two three");
        assert!(body.memory.parts.is_empty());
    }

    #[tokio::test]
    async fn length_and_end_are_those_of_what_is_still_to_come() {
        let mut body = Replay::new(Body::new(Full::new(Bytes::from("text"))));
        assert_eq!(body.size_hint().exact(), Some(4));
        body.frame().await.unwrap().unwrap();
        assert!(body.is_end_stream());
        body.rewind();
        assert!(!body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(4));

        let empty = Replay::new(Body::empty());
        assert!(empty.is_end_stream() && empty.can_replay());
        assert_eq!(empty.memory.parts.capacity(), 0);
    }

    #[tokio::test]
    async fn somebody_else_sends_it_from_its_start_and_remembers_it_again() {
        let (mut client, mut body) = streamed();
        client.send_data(Bytes::from("one ")).await.unwrap();
        body.frame().await.unwrap().unwrap();
        client.send_data(Bytes::from("two")).await.unwrap();
        drop(client);
        for _ in 0..3 {
            let mut other = Replay::new(body.into_body().expect("all of it is there"));
            assert_eq!(text(&mut other).await, "one two");
            body = other;
        }
    }

    #[tokio::test]
    async fn what_is_forgotten_is_for_nobody() {
        let mut body = Replay::new(Body::from("x".repeat(MAX_SIZE + 1)));
        body.frame().await.unwrap().unwrap();
        assert!(body.into_body().is_none());
        let untouched = Replay::new(Body::from("x".repeat(MAX_SIZE + 1)));
        assert_eq!(
            untouched.into_body().unwrap().size_hint().exact(),
            Some(1 + MAX_SIZE as u64)
        );
        let mut nothing = Replay::new(Body::empty());
        assert_eq!(text(&mut nothing).await, "");
        assert!(nothing.into_body().unwrap().is_end_stream());
    }

    #[tokio::test]
    async fn a_body_that_failed_is_not_sent_again() {
        let (client, mut body) = streamed();
        client.abort(io::Error::other("malformed chunk"));
        assert!(body.frame().await.unwrap().is_err());
        assert!(!body.rewind());
    }
}
