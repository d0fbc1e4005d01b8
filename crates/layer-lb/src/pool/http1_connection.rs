//! One connection to an endpoint over HTTP/1.1.

use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

use super::alarm::Alarm;
use super::deadline::Deadline;
use super::progress::Progress;
use super::request_body::{ExchangeError, RequestBody};

/// How long a connection that is not ready yet is waited for. Right after a response its task needs a
/// moment; one that takes longer is still writing a request nobody reads.
const READY_PATIENCE: Duration = Duration::from_millis(5);

/// One connection to an endpoint over HTTP/1.1. It lives as long as this handle: dropping it closes the
/// socket at once, whatever is still being sent or received on it.
#[derive(Debug)]
pub(super) struct Http1Connection {
    sender: SendRequest<RequestBody>,
    driver: AbortHandle,
    pub(super) progress: Arc<Progress>,
    pub(super) alarm: Alarm,
    pub(super) idle_since: Instant,
}

impl Http1Connection {
    /// Begins to speak HTTP/1.1 over `stream`.
    pub(super) async fn open(stream: TcpStream) -> hyper::Result<Self> {
        let (sender, connection) = Builder::new().handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to an endpoint ended");
            }
        });
        Ok(Self {
            sender,
            driver: driver.abort_handle(),
            progress: Arc::new(Progress::new()),
            alarm: Alarm::default(),
            idle_since: Instant::now(),
        })
    }

    /// Whether the connection, idle in the pool, looks good for one more request. What the task that drives
    /// it has seen is all that is asked so far; the place to look at the socket itself is here.
    pub(super) fn probe(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Whether the connection can take a request, after a moment's patience.
    pub(super) async fn ready(&mut self) -> bool {
        self.sender.is_ready()
            || matches!(
                timeout(READY_PATIENCE, self.sender.ready()).await,
                Ok(Ok(()))
            )
    }

    /// Sends `request`; the future is the head of its response, or `None` where `deadline` has passed, which
    /// moves with the progress of the request's body.
    pub(super) fn exchange(
        &mut self,
        request: Request<RequestBody>,
        deadline: Deadline,
    ) -> impl Future<Output = Option<Result<Response<Incoming>, ExchangeError>>> + Send {
        let response = self.sender.try_send_request(request);
        let progress = &self.progress;
        self.alarm.guard(response, move || deadline.head(progress))
    }
}

impl Drop for Http1Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
