//! Bodies that do what a test says, when it says so.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum_core::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::Frame;
use http_body_util::BodyExt;
use http_body_util::channel::{Channel, Sender};
use tokio::time::Sleep;

/// A body that goes through its steps: each piece of data is a frame of its own.
///
/// ```
/// use std::time::Duration;
/// use gateway_testkit::body::BodyScript;
///
/// let body = BodyScript::new()
///     .data("first")
///     .pause(Duration::from_millis(50))
///     .data("second")
///     .trailer("x-checksum", "42")
///     .into_body();
/// ```
#[derive(Debug, Default)]
pub struct BodyScript {
    steps: VecDeque<Step>,
    trailers: HeaderMap,
}

#[derive(Debug)]
enum Step {
    Data(Bytes),
    Repeat(Bytes, u64),
    Pause(Duration),
    Asleep(Pin<Box<Sleep>>),
    Stall,
    Fail,
    Trailers(HeaderMap),
}

impl BodyScript {
    /// A body without steps: it is empty, and its length is not declared.
    pub fn new() -> Self {
        Self::default()
    }

    /// Yields `data`.
    #[must_use]
    pub fn data(self, data: impl Into<Bytes>) -> Self {
        self.then(Step::Data(data.into()))
    }

    /// Yields `data` so many `times`, as large bodies are made without holding them.
    #[must_use]
    pub fn repeat(self, data: impl Into<Bytes>, times: u64) -> Self {
        self.then(Step::Repeat(data.into(), times))
    }

    /// Yields nothing for a while.
    #[must_use]
    pub fn pause(self, time: Duration) -> Self {
        self.then(Step::Pause(time))
    }

    /// Yields nothing ever after.
    #[must_use]
    pub fn stall(self) -> Self {
        self.then(Step::Stall)
    }

    /// Fails; hyper cuts a body that fails off, by closing the connection or resetting the stream.
    #[must_use]
    pub fn fail(self) -> Self {
        self.then(Step::Fail)
    }

    /// Adds a trailer field, sent after everything else. HTTP/1 carries it only if the head declares it in
    /// `Trailer` and, in a response, if the request had `TE: trailers`.
    #[must_use]
    pub fn trailer(mut self, name: &'static str, value: &'static str) -> Self {
        let name = HeaderName::from_static(name);
        self.trailers.append(name, HeaderValue::from_static(value));
        self
    }

    /// The body.
    pub fn into_body(mut self) -> Body {
        if !self.trailers.is_empty() {
            let trailers = std::mem::take(&mut self.trailers);
            self.steps.push_back(Step::Trailers(trailers));
        }
        Body::new(self)
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

impl http_body::Body for BodyScript {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            let Some(step) = self.steps.front_mut() else {
                return Poll::Ready(None);
            };
            let frame = match step {
                Step::Pause(time) => {
                    *step = Step::Asleep(Box::pin(tokio::time::sleep(*time)));
                    continue;
                }
                Step::Asleep(sleep) => {
                    ready!(sleep.as_mut().poll(cx));
                    self.steps.pop_front();
                    continue;
                }
                Step::Repeat(_, 0) => {
                    self.steps.pop_front();
                    continue;
                }
                Step::Repeat(data, times) => {
                    *times -= 1;
                    return Poll::Ready(Some(Ok(Frame::data(data.clone()))));
                }
                Step::Stall => return Poll::Pending,
                Step::Data(data) => Ok(Frame::data(std::mem::take(data))),
                Step::Trailers(trailers) => Ok(Frame::trailers(std::mem::take(trailers))),
                Step::Fail => Err(io::Error::other("the body was told to fail")),
            };
            self.steps.pop_front();
            return Poll::Ready(Some(frame));
        }
    }
}

/// A body whose frames the test sends when it likes; dropping the sender ends it. It holds one frame.
pub fn channel() -> (Sender<Bytes, io::Error>, Body) {
    let (sender, body) = Channel::new(1);
    (sender, Body::new(body))
}

/// A body read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// Its data.
    pub data: Bytes,
    /// Its trailers, if it had any.
    pub trailers: Option<HeaderMap>,
}

/// Reads `body` to its end.
///
/// # Errors
/// The body's.
pub async fn collect<B>(body: B) -> Result<Collected, B::Error>
where
    B: http_body::Body<Data = Bytes>,
{
    let collected = body.collect().await?;
    let trailers = collected.trailers().cloned();
    let data = collected.to_bytes();
    Ok(Collected { data, trailers })
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test]
    async fn steps_run_in_order_and_trailers_last() {
        let body = BodyScript::new()
            .data("a")
            .trailer("x-t", "1")
            .repeat("b", 3)
            .data("c")
            .into_body();
        let collected = collect(body).await.unwrap();
        assert_eq!(collected.data, "abbbc");
        assert_eq!(collected.trailers.unwrap()["x-t"], "1");
    }

    #[tokio::test]
    async fn a_pause_takes_its_time() {
        let start = Instant::now();
        let pause = Duration::from_millis(30);
        let mut body = BodyScript::new()
            .data("a")
            .pause(pause)
            .data("b")
            .into_body();
        body.frame().await.unwrap().unwrap();
        assert_eq!(
            body.frame().await.unwrap().unwrap().into_data().unwrap(),
            "b"
        );
        assert!(start.elapsed() >= pause);
    }

    #[tokio::test]
    async fn a_failure_is_an_error_and_a_stall_is_silence() {
        let failing = BodyScript::new().data("a").fail().into_body();
        assert!(collect(failing).await.is_err());
        let stalled = collect(BodyScript::new().data("a").stall().into_body());
        assert!(
            tokio::time::timeout(Duration::from_millis(20), stalled)
                .await
                .is_err()
        );
    }
}
