//! One request by the byte, and all that comes of it.

use std::time::Duration;

use gateway_testkit::raw::{RawConnection, RawMessage};
use gateway_testkit::upstream::{RecordedRequest, respond};

use crate::passage::Passage;
use crate::protocol::Protocol;

/// Sent behind every request whose end is beyond doubt.
const NEXT: &str = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
/// How soon a connection closes that does.
const SOON: Duration = Duration::from_secs(5);

/// A gateway before an upstream that answers everything.
pub(super) struct Probe(Passage);

/// What came of a request.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The response.
    pub(super) response: RawMessage,
    /// What became of the connection.
    pub(super) connection: Connection,
    /// What the upstream saw of the request.
    pub(super) seen: Option<RecordedRequest>,
}

/// What became of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connection {
    /// The gateway closed it.
    Closed,
    /// It took the next request and answered that.
    Usable,
}

impl Probe {
    pub(super) async fn new() -> Self {
        Self(Passage::to(Protocol::Http1, respond::text("done")).await)
    }

    /// Sends `request` over a connection of its own, and another request behind its response.
    pub(super) async fn send(&self, request: &[u8]) -> Outcome {
        let upstream = &self.0.upstream;
        let before = upstream.requests().len();
        let mut client = self.0.raw().await;
        client.send(request).await.unwrap();
        let response = client.read_response().await.unwrap();
        let seen = upstream.requests().into_iter().nth(before);
        let connection = self.connection(&mut client).await;
        Outcome {
            response,
            connection,
            seen,
        }
    }

    async fn connection(&self, client: &mut RawConnection) -> Connection {
        // What is sent over a closed connection is an error at once, or with the read.
        let sent = client.send(NEXT).await;
        client.set_deadline(SOON);
        match client.read_response().await {
            Ok(response) => {
                sent.unwrap();
                assert_eq!(response.text(), "done");
                assert_eq!(self.0.seen().uri, "/next", "one request was taken for two");
                Connection::Usable
            }
            Err(error) => {
                assert_ne!(
                    error.kind(),
                    std::io::ErrorKind::TimedOut,
                    "neither answered nor closed"
                );
                Connection::Closed
            }
        }
    }
}
