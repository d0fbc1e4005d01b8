//! A small HTTP client that holds one connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum_core::body::Body;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Request, Response, Uri, header};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::rt::Executor;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use crate::answer::Answer;
use crate::body::collect;
use crate::tasks::TaskGroup;

/// How long a whole exchange may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// A client that holds one connection, so that a test knows which request went over which. Requests go one
/// after the other over HTTP/1.1, side by side over HTTP/2. The connection closes when the client is dropped.
#[derive(Debug)]
pub struct HttpClient {
    address: SocketAddr,
    sender: Sender,
    _connection: TaskGroup,
}

#[derive(Debug)]
enum Sender {
    Http1(Mutex<http1::SendRequest<Body>>),
    Http2(http2::SendRequest<Body>),
}

/// Gets `url` over an HTTP/1.1 connection of its own. The host in it must be an IP address.
///
/// # Errors
/// `InvalidInput` for such a URL, and as [`HttpClient::send`].
pub async fn get(url: &str) -> io::Result<Answer> {
    let invalid = || {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{url} names no socket"),
        )
    };
    let uri: Uri = url.parse().map_err(|_| invalid())?;
    let address = uri
        .authority()
        .and_then(|authority| authority.as_str().parse().ok());
    HttpClient::http1(address.ok_or_else(invalid)?)
        .await?
        .get(url)
        .await
}

impl HttpClient {
    /// Connects for HTTP/1.1.
    ///
    /// # Errors
    /// The connection's.
    pub async fn http1(address: SocketAddr) -> io::Result<Self> {
        let tasks = TaskGroup::default();
        let handshake = http1::handshake(connect(address).await?).await;
        let (sender, connection) = handshake.map_err(io::Error::other)?;
        tasks.spawner().execute(connection);
        Ok(Self {
            address,
            sender: Sender::Http1(Mutex::new(sender)),
            _connection: tasks,
        })
    }

    /// Connects for HTTP/2 with prior knowledge.
    ///
    /// # Errors
    /// The connection's.
    pub async fn http2(address: SocketAddr) -> io::Result<Self> {
        let tasks = TaskGroup::default();
        let handshake = http2::handshake(tasks.spawner(), connect(address).await?).await;
        let (sender, connection) = handshake.map_err(io::Error::other)?;
        tasks.spawner().execute(connection);
        Ok(Self {
            address,
            sender: Sender::Http2(sender),
            _connection: tasks,
        })
    }

    /// Gets `target`: a path, or a whole URL whose authority becomes the `Host`.
    ///
    /// # Errors
    /// `InvalidInput` for a malformed target, and as [`Self::send`].
    pub async fn get(&self, target: &str) -> io::Result<Answer> {
        let request = Request::get(target).body(Body::empty());
        let request = request.map_err(|e| io::Error::new(io::ErrorKind::InvalidInput, e))?;
        self.send(request).await
    }

    /// Sends `request` and reads the whole response. What is missing to go over the wire is filled in: `Host`
    /// or the authority from the URI, else from the address.
    ///
    /// # Errors
    /// When the connection is gone or breaks, when the body is cut short, `TimedOut` after 30 s.
    pub async fn send(&self, request: Request<Body>) -> io::Result<Answer> {
        let exchange = async {
            let (parts, body) = self.open(request).await?.into_parts();
            let collected = collect(body).await.map_err(io::Error::other)?;
            Ok(Answer {
                status: parts.status,
                version: parts.version,
                headers: parts.headers,
                body: collected.data,
                trailers: collected.trailers,
            })
        };
        tokio::time::timeout(DEADLINE, exchange).await?
    }

    /// Sends `request` and returns the response as soon as its head is there.
    ///
    /// # Errors
    /// When the connection is gone or breaks.
    pub async fn open(&self, request: Request<Body>) -> io::Result<Response<Incoming>> {
        let request = self.complete(request)?;
        let response = match &self.sender {
            Sender::Http1(sender) => {
                let mut sender = sender.lock().await;
                sender.ready().await.map_err(io::Error::other)?;
                sender.send_request(request).await
            }
            Sender::Http2(sender) => {
                let mut sender = sender.clone();
                sender.ready().await.map_err(io::Error::other)?;
                sender.send_request(request).await
            }
        };
        response.map_err(io::Error::other)
    }

    /// Whether the connection can take no more requests.
    pub async fn is_closed(&self) -> bool {
        match &self.sender {
            Sender::Http1(sender) => sender.lock().await.is_closed(),
            Sender::Http2(sender) => sender.is_closed(),
        }
    }

    /// Gives `request` the target and the authority that the protocol wants.
    fn complete(&self, mut request: Request<Body>) -> io::Result<Request<Body>> {
        let authority = match request.uri().authority() {
            Some(authority) => authority.clone(),
            None => Authority::try_from(self.address.to_string()).map_err(io::Error::other)?,
        };
        let path = request.uri().path_and_query().cloned();
        let path = path.unwrap_or(PathAndQuery::from_static("/"));
        let mut target = http::uri::Parts::default();
        target.path_and_query = Some(path);
        match self.sender {
            Sender::Http1(_) => {
                let host = HeaderValue::try_from(authority.as_str()).map_err(io::Error::other)?;
                request.headers_mut().entry(header::HOST).or_insert(host);
            }
            Sender::Http2(_) => {
                target.scheme = Some(Scheme::HTTP);
                target.authority = Some(authority);
            }
        }
        *request.uri_mut() = Uri::from_parts(target).map_err(io::Error::other)?;
        Ok(request)
    }
}

async fn connect(address: SocketAddr) -> io::Result<TokioIo<TcpStream>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(TokioIo::new(stream))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::BodyScript;
    use crate::upstream::{Upstream, respond};
    use crate::wait::wait_until;

    #[tokio::test]
    async fn one_connection_serves_several_requests() {
        let upstream = Upstream::start(respond::text("hello")).await.unwrap();
        for client in [
            HttpClient::http1(upstream.address()).await.unwrap(),
            HttpClient::http2(upstream.address()).await.unwrap(),
        ] {
            for _ in 0..3 {
                assert_eq!(client.get("/").await.unwrap().text(), "hello");
            }
        }
        assert_eq!(upstream.connections(), 2);
    }

    #[tokio::test]
    async fn a_url_becomes_host_or_authority() {
        let upstream = Upstream::start(respond::text("hello")).await.unwrap();
        let target = "http://api.example.com/v1?x=1";
        HttpClient::http1(upstream.address())
            .await
            .unwrap()
            .get(target)
            .await
            .unwrap();
        HttpClient::http2(upstream.address())
            .await
            .unwrap()
            .get(target)
            .await
            .unwrap();
        let requests = upstream.requests();
        assert_eq!(requests[0].headers["host"], "api.example.com");
        assert_eq!(requests[0].uri, "/v1?x=1");
        assert_eq!(requests[1].uri, target);
    }

    #[tokio::test]
    async fn a_body_cut_short_is_an_error() {
        let cut = respond::stream(|| BodyScript::new().data("part").fail());
        let upstream = Upstream::start(cut).await.unwrap();
        assert!(
            HttpClient::http1(upstream.address())
                .await
                .unwrap()
                .get("/")
                .await
                .is_err()
        );
        assert!(
            HttpClient::http2(upstream.address())
                .await
                .unwrap()
                .get("/")
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_closed_connection_shows() {
        let upstream = Upstream::start(respond::text("hello")).await.unwrap();
        let client = HttpClient::http1(upstream.address()).await.unwrap();
        client.get("/").await.unwrap();
        assert!(!client.is_closed().await);
        upstream.stop().await;
        let closed = wait_until(Duration::from_secs(5), async || client.is_closed().await);
        closed.await.unwrap();
        assert!(client.get("/").await.is_err());
    }

    #[tokio::test]
    async fn a_url_without_a_socket_is_refused() {
        for url in ["/path", "http://example.com/", "not a url"] {
            assert_eq!(
                get(url).await.unwrap_err().kind(),
                io::ErrorKind::InvalidInput,
                "{url}"
            );
        }
    }
}
