//! A programmable upstream.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum_core::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};

use super::recorder::Recorder;
use super::{RecordedRequest, Respond};
use crate::sync::lock;
use crate::tasks::{Spawner, TaskGroup};
use crate::wait::wait_until;

/// An HTTP server on a loopback port that answers as told and remembers what it was asked. HTTP/1.1 and
/// HTTP/2 with prior knowledge are served on the same port. It ends, with all its connections, when dropped.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use gateway_testkit::http_client::get;
/// use gateway_testkit::upstream::{Upstream, respond};
///
/// let upstream = Upstream::start(respond::text("hello")).await.unwrap();
/// assert_eq!(get(&upstream.url("/greeting")).await.unwrap().text(), "hello");
/// assert_eq!(upstream.requests()[0].uri, "/greeting");
/// # });
/// ```
#[derive(Debug)]
pub struct Upstream {
    address: SocketAddr,
    shared: Arc<Shared>,
    tasks: TaskGroup,
}

struct Shared {
    respond: Mutex<Arc<dyn Respond>>,
    recorder: Recorder,
    connections: AtomicUsize,
}

impl Upstream {
    /// Starts on a free loopback port.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(respond: impl Respond) -> io::Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), respond).await
    }

    /// Starts at `address`, as an upstream that comes back does.
    ///
    /// # Errors
    /// When `address` cannot be bound.
    pub async fn start_at(address: SocketAddr, respond: impl Respond) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            respond: Mutex::new(Arc::new(respond)),
            recorder: Recorder::default(),
            connections: AtomicUsize::new(0),
        });
        let tasks = TaskGroup::default();
        let spawner = tasks.spawner();
        spawner.spawn(accept(listener, Arc::clone(&shared), spawner.clone()));
        Ok(Self {
            address,
            shared,
            tasks,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of `path` on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers as `respond` does from the next request on.
    pub fn answer_with(&self, respond: impl Respond) {
        *lock(&self.shared.respond) = Arc::new(respond);
    }

    /// The requests seen so far, oldest first, those still being read included.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.recorder.requests()
    }

    /// How many connections have been accepted.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Waits until `count` requests have come, and returns those seen so far.
    ///
    /// # Errors
    /// `TimedOut` when they do not come `within` that time.
    pub async fn wait_for_requests(
        &self,
        count: usize,
        within: Duration,
    ) -> io::Result<Vec<RecordedRequest>> {
        wait_until(within, async || self.shared.recorder.count() >= count).await?;
        Ok(self.requests())
    }

    /// Ends it; when this returns, the port refuses connections and those it had are closed.
    pub async fn stop(self) {
        self.tasks.stop().await;
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("recorder", &self.recorder)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, spawner: Spawner) {
    // Only a lack of descriptors stops it, which ends the test by itself.
    while let Ok((stream, _)) = listener.accept().await {
        let connection = shared.connections.fetch_add(1, Ordering::Relaxed);
        spawner.spawn(serve(
            stream,
            connection,
            Arc::clone(&shared),
            spawner.clone(),
        ));
    }
}

async fn serve(stream: TcpStream, connection: usize, shared: Arc<Shared>, spawner: Spawner) {
    let service = service_fn(move |request: Request<Incoming>| {
        let shared = Arc::clone(&shared);
        async move { Ok::<_, Infallible>(shared.answer(connection, request).await) }
    });
    if stream.set_nodelay(true).is_ok() {
        let mut builder = auto::Builder::new(spawner);
        builder.http1().timer(TokioTimer::new());
        builder.http2().timer(TokioTimer::new());
        // How a connection ended is for the other side to judge.
        let _ = builder
            .serve_connection(TokioIo::new(stream), service)
            .await;
    }
}

impl Shared {
    async fn answer(&self, connection: usize, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let body = self.recorder.record(connection, &parts, body);
        let respond = Arc::clone(&lock(&self.respond));
        respond
            .respond(Request::from_parts(parts, Body::new(body)))
            .await
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderName;

    use super::*;
    use crate::body::{self, BodyScript};
    use crate::http_client::HttpClient;
    use crate::upstream::{BodyProgress, respond};

    const PATIENCE: Duration = Duration::from_secs(5);

    /// A client of each protocol.
    async fn clients(upstream: &Upstream) -> [HttpClient; 2] {
        let address = upstream.address();
        [
            HttpClient::http1(address).await.unwrap(),
            HttpClient::http2(address).await.unwrap(),
        ]
    }

    fn post(body: Body) -> Request<Body> {
        Request::post("/upload")
            .header("x-b", "1")
            .header("x-a", "2")
            .body(body)
            .unwrap()
    }

    #[tokio::test]
    async fn requests_are_recorded_whole() {
        let upstream = Upstream::start(respond::text("hello")).await.unwrap();
        for client in clients(&upstream).await {
            let body = BodyScript::new()
                .data("one")
                .data("two")
                .trailer("x-sum", "6")
                .into_body();
            let mut request = post(body);
            request
                .headers_mut()
                .insert("trailer", "x-sum".parse().unwrap());
            assert_eq!(client.send(request).await.unwrap().status, 200);
            let seen = upstream.requests().pop().unwrap();
            assert_eq!(seen.method, "POST");
            assert_eq!(seen.uri.path(), "/upload");
            assert_eq!(seen.body, "onetwo");
            assert_eq!(seen.body_length, 6);
            assert_eq!(seen.trailers.unwrap()["x-sum"], "6");
            assert_eq!(seen.progress, BodyProgress::Complete);
            let names: Vec<_> = seen.headers.keys().map(HeaderName::as_str).collect();
            assert!(names.starts_with(&["x-b", "x-a"]), "{names:?}");
        }
        let connections: Vec<_> = upstream
            .requests()
            .iter()
            .map(|seen| seen.connection)
            .collect();
        assert_eq!(connections.len(), 2);
        assert_ne!(connections[0], connections[1]);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_recorded_as_such() {
        let upstream = Upstream::start(respond::text("hello")).await.unwrap();
        for (count, client) in (1..).zip(clients(&upstream).await) {
            let (mut sender, body) = body::channel();
            let breaking_off = async {
                sender.send_data("part".into()).await.unwrap();
                upstream.wait_for_requests(count, PATIENCE).await.unwrap();
                sender.abort(io::ErrorKind::BrokenPipe.into());
            };
            let (sent, ()) = tokio::join!(client.send(post(body)), breaking_off);
            assert!(sent.is_err());
            let failed =
                async || upstream.requests().last().unwrap().progress == BodyProgress::Failed;
            wait_until(PATIENCE, failed).await.unwrap();
        }
    }

    #[tokio::test]
    async fn an_early_answer_leaves_the_body_unread() {
        let upstream = Upstream::start(respond::early(Response::new(Bytes::from("no"))))
            .await
            .unwrap();
        for client in clients(&upstream).await {
            let (mut sender, body) = body::channel();
            let answer = client.open(post(body)).await.unwrap();
            assert_eq!(answer.status(), 200);
            let _ = sender.send_data("too late".into()).await;
            let seen = upstream.requests().pop().unwrap();
            assert_eq!(
                (seen.body_length, seen.progress),
                (0, BodyProgress::Abandoned)
            );
        }
    }

    #[tokio::test]
    async fn it_ends_when_dropped_even_while_answering() {
        for protocol in 0..2 {
            let upstream = Upstream::start(|_| std::future::pending::<Response<Body>>())
                .await
                .unwrap();
            let client = clients(&upstream).await.into_iter().nth(protocol).unwrap();
            let asking = tokio::spawn(async move { client.get("/").await });
            upstream.wait_for_requests(1, PATIENCE).await.unwrap();
            let address = upstream.address();
            drop(upstream);
            let answer = tokio::time::timeout(PATIENCE, asking)
                .await
                .unwrap()
                .unwrap();
            assert!(answer.is_err());
            assert!(TcpStream::connect(address).await.is_err());
        }
    }

    #[tokio::test]
    async fn it_stops_and_comes_back_at_its_address() {
        let upstream = Upstream::start(respond::text("before")).await.unwrap();
        let address = upstream.address();
        HttpClient::http1(address)
            .await
            .unwrap()
            .get("/")
            .await
            .unwrap();
        upstream.stop().await;
        assert!(TcpStream::connect(address).await.is_err());
        let upstream = Upstream::start_at(address, respond::text("after"))
            .await
            .unwrap();
        let answer = HttpClient::http1(upstream.address())
            .await
            .unwrap()
            .get("/")
            .await
            .unwrap();
        assert_eq!(answer.text(), "after");
    }
}
