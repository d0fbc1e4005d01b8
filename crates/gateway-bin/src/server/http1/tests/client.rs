//! A client of the tests, and the gateway it is connected to.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::body::Body;
use gateway_core::contract::{Request, Response};
use gateway_core::counter::Counter;
use http_body_util::BodyExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::socket::{Socket, Uses};
use crate::server::http1::serve;
use crate::server::testing::Answering;
use crate::server::{ConnectionLimits, Drain, Ending, ListenerCounters};

/// How much is under way between the two.
const BUFFERED: usize = 64 * 1024;
/// After which nothing more is expected: shorter than any limit, on a clock that only runs when nobody works.
const QUIET: Duration = Duration::from_millis(100);

/// A client of the tests, and what it can know of the gateway it is connected to.
pub(super) struct Client {
    pub(super) io: DuplexStream,
    pub(super) uses: Arc<Uses>,
    pub(super) counters: Arc<ListenerCounters>,
    pub(super) drain: Drain,
    /// How many requests the connection has refused by itself.
    pub(super) refused: Arc<Counter>,
    pub(super) gateway: JoinHandle<()>,
}

impl Client {
    /// Of a gateway that answers by `answer`.
    pub(super) fn of<F, A>(answer: F) -> Self
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Response> + Send + 'static,
    {
        Self::limited(ConnectionLimits::default(), answer)
    }

    /// As [`Self::of`], with these limits.
    pub(super) fn limited<F, A>(limits: ConnectionLimits, answer: F) -> Self
    where
        F: Fn(Request) -> A + Send + Sync + 'static,
        A: Future<Output = Response> + Send + 'static,
    {
        let (io, theirs) = tokio::io::duplex(BUFFERED);
        let uses = Arc::<Uses>::default();
        let counters = Arc::<ListenerCounters>::default();
        let drain = Drain::new();
        let socket = Socket {
            io: theirs,
            uses: Arc::clone(&uses),
        };
        let (counting, draining) = (Arc::clone(&counters), drain.clone());
        let refused = Arc::<Counter>::default();
        let answering = Answering::new(answer, &refused);
        let gateway = tokio::spawn(async move {
            serve(socket, answering, limits, counting, &draining).await;
        });
        Self {
            io,
            uses,
            counters,
            drain,
            refused,
            gateway,
        }
    }

    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.io.write_all(bytes.as_ref()).await.unwrap();
    }

    /// What comes until nothing more does.
    pub(super) async fn read(&mut self) -> String {
        let mut bytes = Vec::new();
        while let Ok(Ok(1..)) = timeout(QUIET, self.io.read_buf(&mut bytes)).await {}
        String::from_utf8(bytes).unwrap()
    }

    /// What comes until the gateway sends no more.
    pub(super) async fn read_to_end(&mut self) -> String {
        let mut bytes = Vec::new();
        self.io.read_to_end(&mut bytes).await.unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// What comes back when `bytes` are sent.
    pub(super) async fn ask(&mut self, bytes: impl AsRef<[u8]>) -> String {
        self.send(bytes).await;
        self.read().await
    }

    /// Whether the connection can be used: another request is answered.
    pub(super) async fn is_served(&mut self) -> bool {
        let asked = self.io.write_all(b"GET /next HTTP/1.1\r\nhost: a\r\n\r\n");
        asked.await.is_ok() && self.read().await.starts_with("HTTP/1.1 ")
    }

    /// How often the gateway has ended a connection for this reason.
    pub(super) fn ended(&self, reason: Ending) -> u64 {
        self.counters.ended(reason).get()
    }

    pub(super) fn is_reset(&self) -> bool {
        self.uses.is_reset.load(Relaxed)
    }
}

/// Answers with the method, the target and the body of the request.
pub(super) async fn tell(request: Request) -> Response {
    let (head, body) = request.into_parts();
    match body.collect().await {
        Ok(body) => {
            let body = String::from_utf8_lossy(&body.to_bytes()).into_owned();
            Response::new(Body::from(format!("{} {} {body}", head.method, head.uri)))
        }
        Err(_) => status(400),
    }
}

/// Answers with the body of the request, as it comes.
pub(super) async fn echo(request: Request) -> Response {
    Response::new(request.into_body())
}

/// Answers at once, without looking at the body.
pub(super) async fn refuse(_: Request) -> Response {
    status(403)
}

/// An empty answer.
pub(super) fn status(status: u16) -> Response {
    let response = http::Response::builder().status(status);
    response.body(Body::empty()).unwrap()
}

/// The body of an answer or of several, without the dates.
pub(super) fn without_dates(text: &str) -> String {
    let lines = text.split_inclusive("\r\n");
    lines.filter(|line| !line.starts_with("date: ")).collect()
}
