//! The pool of an endpoint that speaks HTTP/2.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use axum_core::body::Body;
use http::{Method, Request, Response, StatusCode};
use tokio::time::{Instant, timeout_at};

use super::connector::Connector;
use super::deadline::Deadline;
use super::http2_connection::Http2Connection;
use super::lease::Http2Lease;
use super::progress::Progress;
use super::request_body::RequestBody;
use super::response_body::ResponseBody;
use super::single_flight::SingleFlight;
use super::sweeper::{Sweep, Sweeper};
use crate::failure::Failure;
use crate::response_head;

/// The connection to an endpoint that speaks HTTP/2, shared by all its requests. Where more than one is
/// wanted, `current` is the place that chooses.
#[derive(Debug)]
pub(crate) struct Http2Pool {
    connector: Arc<Connector>,
    current: Mutex<Option<Arc<Http2Connection>>>,
    opening: SingleFlight<Result<Arc<Http2Connection>, Failure>>,
    idle_timeout: Duration,
    /// Started with the first connection, since it needs a runtime.
    sweeper: OnceLock<Sweeper>,
}

impl Http2Pool {
    /// No connection yet; one on which nothing is in flight is kept for up to `idle_timeout`.
    pub(crate) fn new(connector: Connector, idle_timeout: Duration) -> Self {
        Self {
            connector: Arc::new(connector),
            current: Mutex::new(None),
            opening: SingleFlight::new(),
            idle_timeout,
            sweeper: OnceLock::new(),
        }
    }

    /// Sends `request` over the connection there is, or a new one.
    pub(crate) async fn exchange(
        self: Arc<Self>,
        mut request: Request<Body>,
        deadline: Deadline,
    ) -> Result<Response<Body>, Failure> {
        let progress = Arc::new(Progress::new());
        let is_head = request.method() == Method::HEAD;
        let mut is_first = true;
        loop {
            let connection = match self.open_connection() {
                Some(connection) => connection,
                None => self.connect(deadline).await?,
            };
            let mut lease = Http2Lease::new(connection, Arc::clone(&progress));
            let outgoing = RequestBody::wrap(request, &progress);
            let mut error = match lease.exchange(outgoing, deadline).await {
                Some(Ok(response)) => return receive(response, lease, deadline, is_head),
                Some(Err(error)) => error,
                None => return Err(Failure::timeout(progress.awaits_client())),
            };
            match error.take_message() {
                // The connection was closing already, and none of the request was sent.
                Some(unsent) if is_first => {
                    request = unsent.map(RequestBody::into_inner);
                    is_first = false;
                }
                unsent => {
                    let client_failed = progress.has_failed();
                    return Err(Failure::exchange(
                        error.error(),
                        unsent.is_some(),
                        client_failed,
                    ));
                }
            }
        }
    }

    fn open_connection(&self) -> Option<Arc<Http2Connection>> {
        self.current()
            .as_ref()
            .filter(|connection| connection.is_open())
            .cloned()
    }

    /// The connection that somebody has opened meanwhile, or a new one. Boxed, since it is rare and its state
    /// is large.
    fn connect(
        self: &Arc<Self>,
        deadline: Deadline,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<Arc<Http2Connection>, Failure>> + Send + '_>>
    {
        Box::pin(async move {
            let opened = timeout_at(deadline.connect(), self.opening.run(|| self.open())).await;
            let opened = opened.map_err(|_| Failure::connect_timeout())?;
            opened.unwrap_or_else(|| Err(Failure::abandoned()))
        })
    }

    /// An attempt for all who wait, within the connector's time and whatever theirs is. It does not hold the
    /// pool, which ends it.
    fn open(
        self: &Arc<Self>,
    ) -> impl Future<Output = Result<Arc<Http2Connection>, Failure>> + Send + use<> {
        let pool = Arc::downgrade(self);
        let connector = Arc::clone(&self.connector);
        async move {
            // Somebody may have succeeded since the request looked.
            let opened = pool.upgrade().and_then(|pool| pool.open_connection());
            if let Some(connection) = opened {
                return Ok(connection);
            }
            let deadline = connector.deadline();
            let stream = connector.connect(deadline).await?;
            let connection = timeout_at(deadline, Http2Connection::open(stream)).await;
            let connection = connection.map_err(|_| Failure::connect_timeout())?;
            let connection = Arc::new(connection.map_err(|error| Failure::connect(&error))?);
            if let Some(pool) = pool.upgrade() {
                pool.keep(Arc::clone(&connection));
            }
            Ok(connection)
        }
    }

    fn keep(self: &Arc<Self>, connection: Arc<Http2Connection>) {
        self.sweeper
            .get_or_init(|| Sweeper::start(self, self.idle_timeout));
        *self.current() = Some(connection);
    }

    fn current(&self) -> MutexGuard<'_, Option<Arc<Http2Connection>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn receive(
    response: Response<hyper::body::Incoming>,
    lease: Http2Lease,
    deadline: Deadline,
    is_head: bool,
) -> Result<Response<Body>, Failure> {
    let (mut head, body) = response.into_parts();
    response_head::admit(&mut head).map_err(|error| Failure::malformed(&error))?;
    // The length of such a response is that of another one; the stream's end may come in its own frame.
    let has_body = !is_head
        && !matches!(
            head.status,
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        );
    let body = if has_body {
        ResponseBody::wrap(body, &head.headers, lease, deadline)
    } else {
        Body::empty()
    };
    Ok(Response::from_parts(head, body))
}

impl Sweep for Http2Pool {
    fn sweep(&self, now: Instant) {
        let mut current = self.current();
        let is_spent = current.as_ref().is_some_and(|connection| {
            !connection.is_open()
                || connection
                    .idle_for(now)
                    .is_some_and(|idle| idle >= self.idle_timeout)
        });
        if is_spent {
            *current = None;
        }
    }
}
