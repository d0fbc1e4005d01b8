//! The pool of an endpoint that chooses its protocol.

use std::sync::Arc;

use tokio::time::timeout_at;

use super::connector::Connector;
use super::deadline::Deadline;
use super::http1::Http1Pool;
use super::http2::Http2Pool;
use super::single_flight::SingleFlight;
use super::spoken::Spoken;
use super::tls::H2;
use super::warmer::Warm as _;
use crate::config::Protocol;
use crate::failure::Failure;

/// The pools of an endpoint that chooses its protocol by ALPN: the first connection says which is used. Whoever
/// comes meanwhile waits for it, and it is used too.
#[derive(Debug)]
pub(crate) struct AutoPool {
    spoken: Arc<Spoken>,
    /// Offers either protocol.
    connector: Arc<Connector>,
    finding: SingleFlight<Result<(), Failure>>,
    http1: Arc<Http1Pool>,
    http2: Arc<Http2Pool>,
}

/// The pool that is used.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Http1(&'a Arc<Http1Pool>),
    Http2(&'a Arc<Http2Pool>),
}

impl AutoPool {
    /// Asks by `connector`, and goes on with `http1` or `http2`, which offer their own protocol and make `spoken`
    /// forget it where it is refused.
    pub(crate) fn new(
        spoken: Arc<Spoken>,
        connector: Connector,
        http1: Arc<Http1Pool>,
        http2: Arc<Http2Pool>,
    ) -> Self {
        Self {
            spoken,
            connector: Arc::new(connector),
            finding: SingleFlight::new(),
            http1,
            http2,
        }
    }

    /// The pool that is used, once that is known.
    pub(crate) fn found(&self) -> Option<Found<'_>> {
        Some(match self.spoken.get()? {
            Protocol::Http2 => Found::Http2(&self.http2),
            Protocol::Http1 | Protocol::Auto => Found::Http1(&self.http1),
        })
    }

    /// The pool that is used, within what `deadline` allows.
    pub(crate) async fn find(&self, deadline: Deadline) -> Result<Found<'_>, Failure> {
        if self.found().is_none() {
            let finding = timeout_at(deadline.connect(), self.finding.run(|| self.ask()));
            let found = finding.await.map_err(|_| Failure::connect_timeout())?;
            found.unwrap_or_else(|| Err(Failure::abandoned()))?;
        }
        self.found().ok_or_else(Failure::abandoned)
    }

    /// Opens a connection, which says what the endpoint speaks.
    pub(super) fn ask(&self) -> impl Future<Output = Result<(), Failure>> + Send + use<> {
        let connector = Arc::clone(&self.connector);
        let spoken = Arc::clone(&self.spoken);
        let (http1, http2) = (Arc::clone(&self.http1), Arc::clone(&self.http2));
        async move {
            let deadline = connector.deadline();
            let stream = connector.connect(deadline, None).await?;
            let is_http2 = stream.alpn() == Some(H2);
            if is_http2 {
                http2.adopt(stream, deadline).await?;
            } else {
                http1.adopt(stream);
            }
            spoken.learn(is_http2);
            Ok(())
        }
    }

    /// The endpoint is to be left alone.
    pub(crate) fn retire(&self) {
        self.http1.retire();
        self.http2.retire();
    }

    /// How many connections there are.
    pub(super) fn open_connections(&self) -> usize {
        self.http1.open_connections() + self.http2.open_connections()
    }
}
