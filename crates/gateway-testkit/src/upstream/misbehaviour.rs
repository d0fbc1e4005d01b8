//! The ways in which an upstream can let a gateway down.

use std::io;
use std::time::Duration;

use crate::raw::RawConnection;

/// A correct response, which leaves the connection open.
const GOOD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
/// Longer than any gateway waits in a test; the upstream is dropped before.
const LONG: Duration = Duration::from_secs(3600);

/// A way in which an upstream can let a gateway down. The body it sends or means to send is `hello`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misbehaviour {
    /// Answers well, says nothing of closing, and closes.
    CloseAfterResponse,
    /// Reads the request and closes without a word.
    CloseWithoutResponse,
    /// Closes in the middle of the head.
    CloseMidHead,
    /// Closes in the middle of a body whose length it declared.
    CloseMidBody,
    /// Closes in the middle of a chunked body.
    CloseMidChunks,
    /// Sends something that is no HTTP.
    MalformedHead,
    /// Declares the same length twice, in two fields.
    DuplicateContentLength,
    /// Declares two different lengths.
    ConflictingContentLength,
    /// Declares a length and chunks.
    ContentLengthAndChunked,
    /// Sends a chunk whose size is no number.
    MalformedChunk,
    /// Sends a second response right behind the first, which nobody asked for, and stays.
    ExtraBytes,
    /// Reads the request and never answers.
    NeverAnswer,
    /// Answers well after the head of the request and never reads its body.
    AnswerBeforeBody,
    /// Answers well, one byte after each such time.
    Drip(Duration),
    /// Resets the connection instead of answering.
    Reset,
    /// Resets the connection in the middle of a body.
    ResetMidBody,
}

impl Misbehaviour {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::CloseAfterResponse,
        Self::CloseWithoutResponse,
        Self::CloseMidHead,
        Self::CloseMidBody,
        Self::CloseMidChunks,
        Self::MalformedHead,
        Self::DuplicateContentLength,
        Self::ConflictingContentLength,
        Self::ContentLengthAndChunked,
        Self::MalformedChunk,
        Self::ExtraBytes,
        Self::NeverAnswer,
        Self::AnswerBeforeBody,
        Self::Drip(Duration::from_millis(2)),
        Self::Reset,
        Self::ResetMidBody,
    ];

    /// Misbehaves over `connection`.
    ///
    /// # Errors
    /// The connection's.
    pub async fn play(self, mut connection: RawConnection) -> io::Result<()> {
        connection.set_deadline(LONG);
        if self == Self::AnswerBeforeBody {
            connection.read_head().await?;
            connection.send(GOOD).await?;
            return std::future::pending().await;
        }
        connection.read_request().await?;
        match self {
            Self::NeverAnswer => {}
            Self::Reset => return connection.reset(),
            Self::Drip(pause) => loop {
                connection.drip(GOOD, pause).await?;
                connection.read_request().await?;
            },
            _ => connection.send(self.response()).await?,
        }
        match self {
            // What was sent must have arrived: a reset discards what the peer has not read yet.
            Self::ResetMidBody => {
                tokio::time::sleep(Duration::from_millis(50)).await;
                connection.reset()
            }
            _ if self.stays() => connection.read_to_end().await.map(drop),
            _ => Ok(()),
        }
    }

    /// The bytes of the answer.
    fn response(self) -> &'static str {
        match self {
            Self::CloseMidHead => "HTTP/1.1 200 OK\r\nContent-Le",
            Self::CloseMidBody | Self::ResetMidBody => {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"
            }
            Self::CloseMidChunks => {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n"
            }
            Self::MalformedHead => "200 OK, thank you\r\n\r\nhello",
            Self::DuplicateContentLength => {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"
            }
            Self::ConflictingContentLength => {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 2\r\n\r\nhello"
            }
            Self::ContentLengthAndChunked => concat!(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "5\r\nhello\r\n0\r\n\r\n"
            ),
            Self::MalformedChunk => {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5x\r\nhello\r\n0\r\n\r\n"
            }
            Self::ExtraBytes => concat!(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\npoison!"
            ),
            Self::CloseWithoutResponse | Self::NeverAnswer | Self::Reset => "",
            Self::CloseAfterResponse | Self::AnswerBeforeBody | Self::Drip(_) => GOOD,
        }
    }

    /// Whether the connection stays open until the peer closes it.
    fn stays(self) -> bool {
        matches!(
            self,
            Self::MalformedHead
                | Self::DuplicateContentLength
                | Self::ConflictingContentLength
                | Self::ContentLengthAndChunked
                | Self::MalformedChunk
                | Self::ExtraBytes
                | Self::NeverAnswer
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::RawUpstream;

    const REQUEST: &str = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    const HEAD: &str = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
    const BRIEF: Duration = Duration::from_millis(100);

    async fn facing(misbehaviour: Misbehaviour, request: &str) -> (RawUpstream, RawConnection) {
        let upstream = RawUpstream::misbehaving(misbehaviour).await.unwrap();
        let mut client = RawConnection::connect(upstream.address()).await.unwrap();
        client.send(request).await.unwrap();
        (upstream, client)
    }

    #[tokio::test]
    async fn those_that_close_show_what_they_sent_and_close() {
        for misbehaviour in Misbehaviour::ALL {
            let is_silent = matches!(
                misbehaviour,
                Misbehaviour::AnswerBeforeBody | Misbehaviour::Drip(_)
            );
            let resets = matches!(
                misbehaviour,
                Misbehaviour::Reset | Misbehaviour::ResetMidBody
            );
            if is_silent || resets || misbehaviour.stays() {
                continue;
            }
            let (_upstream, mut client) = facing(misbehaviour, REQUEST).await;
            assert_eq!(
                client.read_to_end().await.unwrap(),
                misbehaviour.response(),
                "{misbehaviour:?}"
            );
        }
    }

    #[tokio::test]
    async fn those_that_stay_show_what_they_sent_and_stay() {
        for misbehaviour in Misbehaviour::ALL.into_iter().filter(|m| m.stays()) {
            let (_upstream, mut client) = facing(misbehaviour, REQUEST).await;
            assert!(!client.closes_within(BRIEF).await, "{misbehaviour:?}");
            assert_eq!(
                client.received(),
                misbehaviour.response(),
                "{misbehaviour:?}"
            );
        }
    }

    #[tokio::test]
    async fn those_that_reset_reset() {
        for (misbehaviour, sent) in [
            (Misbehaviour::Reset, ""),
            (
                Misbehaviour::ResetMidBody,
                Misbehaviour::CloseMidBody.response(),
            ),
        ] {
            let (_upstream, mut client) = facing(misbehaviour, REQUEST).await;
            let error = client.read_to_end().await.unwrap_err();
            assert_eq!(
                error.kind(),
                io::ErrorKind::ConnectionReset,
                "{misbehaviour:?}"
            );
            assert_eq!(client.received(), sent);
        }
    }

    #[tokio::test]
    async fn an_early_answer_comes_before_the_body_is_sent() {
        let (_upstream, mut client) = facing(Misbehaviour::AnswerBeforeBody, HEAD).await;
        assert_eq!(client.read_response().await.unwrap().text(), "hello");
        assert!(!client.closes_within(BRIEF).await);
    }

    #[tokio::test]
    async fn a_drip_is_slow_and_correct() {
        let pause = Duration::from_millis(2);
        let (_upstream, mut client) = facing(Misbehaviour::Drip(pause), REQUEST).await;
        let start = tokio::time::Instant::now();
        assert_eq!(client.read_response().await.unwrap().text(), "hello");
        assert!(start.elapsed() > pause * 20);
        client.send(REQUEST).await.unwrap();
        assert_eq!(client.read_response().await.unwrap().text(), "hello");
    }
}
