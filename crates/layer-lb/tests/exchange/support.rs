//! Endpoints that do as they are told, and a proxy before them.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use gateway_core::rejection::Rejection;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use layer_lb::{
    EndpointClient, LoadBalanceLayer, LoadBalanceService, Protocol, RetryConfig, Upstream,
    UpstreamConfig,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer, ServiceExt};

pub(crate) type Proxy = LoadBalanceService<EndpointClient>;

/// An endpoint on a free port of the loopback.
pub(crate) struct Endpoint {
    pub(crate) address: SocketAddr,
    accepted: Arc<AtomicUsize>,
}

impl Endpoint {
    /// Serves each connection with `serve`, which learns how many came before.
    pub(crate) async fn raw<F, Fut>(serve: F) -> Self
    where
        F: Fn(usize, TcpStream) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&accepted);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let before = counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(before, stream));
            }
        });
        Self { address, accepted }
    }

    /// Answers each head it reads with `response`, and keeps the connection open.
    pub(crate) async fn answering(response: &'static [u8]) -> Self {
        Self::raw(move |_, mut stream| async move {
            while read_head(&mut stream).await.is_some() {
                if stream.write_all(response).await.is_err() {
                    return;
                }
            }
        })
        .await
    }

    /// Answers with `handler` over HTTP/1.1.
    pub(crate) async fn http1<F, Fut>(handler: F) -> Self
    where
        F: Fn(Request<Incoming>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Response<Body>> + Send + 'static,
    {
        Self::raw(move |_, stream| {
            let service = as_service(handler.clone());
            async move {
                let connection = hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service_fn(service));
                let _ = connection.await;
            }
        })
        .await
    }

    /// Answers with `handler` over HTTP/2.
    pub(crate) async fn http2<F, Fut>(handler: F) -> Self
    where
        F: Fn(Request<Incoming>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Response<Body>> + Send + 'static,
    {
        Self::raw(move |_, stream| Self::serve_http2(stream, handler.clone())).await
    }

    /// Answers with `handler` over HTTP/2 on `stream`.
    pub(crate) async fn serve_http2<F, Fut>(stream: TcpStream, handler: F)
    where
        F: Fn(Request<Incoming>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Response<Body>> + Send + 'static,
    {
        let service = service_fn(as_service(handler));
        let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(TokioIo::new(stream), service);
        let _ = connection.await;
    }

    /// How many connections came.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// The configuration of an upstream that is this endpoint alone.
    pub(crate) fn config(&self) -> UpstreamConfig {
        config(&[self.address])
    }

    /// A proxy before this endpoint.
    pub(crate) fn proxy(&self) -> Proxy {
        proxy(&self.config())
    }

    /// A proxy before this endpoint, which speaks HTTP/2.
    pub(crate) fn http2_proxy(&self) -> Proxy {
        let mut config = self.config();
        config.protocol = Protocol::Http2;
        proxy(&config)
    }
}

pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// `handler` as hyper wants it.
pub(crate) fn as_service<F, Fut>(handler: F) -> impl Fn(Request<Incoming>) -> Answer + Clone
where
    F: Fn(Request<Incoming>) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Response<Body>> + Send + 'static,
{
    move |request| {
        let response = handler(request);
        Box::pin(async move { Ok(response.await) })
    }
}

/// The configuration of an upstream of these endpoints, which tries once.
pub(crate) fn config(addresses: &[SocketAddr]) -> UpstreamConfig {
    UpstreamConfig {
        retry: RetryConfig::Off,
        ..retrying(addresses)
    }
}

/// The configuration of an upstream of these endpoints, all of it the default.
pub(crate) fn retrying(addresses: &[SocketAddr]) -> UpstreamConfig {
    UpstreamConfig::new(
        addresses
            .iter()
            .map(|address| format!("http://{address}").parse().unwrap()),
    )
}

/// A proxy before the upstream `config`.
pub(crate) fn proxy(config: &UpstreamConfig) -> Proxy {
    let upstream = Upstream::build("test", config).unwrap();
    LoadBalanceLayer::new(upstream).layer(EndpointClient::new())
}

/// The response to `request`; a proxy that hangs fails the test.
pub(crate) async fn send(proxy: &Proxy, request: Request<Body>) -> Response<Body> {
    let response = tokio::time::timeout(Duration::from_secs(10), proxy.clone().oneshot(request));
    let Ok(response) = response.await.expect("a response in time");
    response
}

/// The response to a plain GET.
pub(crate) async fn get(proxy: &Proxy) -> Response<Body> {
    send(proxy, request("GET", Body::empty())).await
}

/// A request for `/path?query` of `api.example`.
pub(crate) fn request(method: &str, body: Body) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri("/path?query")
        .header("host", "api.example")
        .body(body)
        .unwrap()
}

/// The whole body of a response.
pub(crate) async fn text(response: Response<Body>) -> String {
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// The code of a refusal.
pub(crate) fn code(response: &Response<Body>) -> &'static str {
    let rejection = response.extensions().get::<Rejection>();
    rejection.map_or("none", |rejection| rejection.code().as_str())
}

/// One head from `stream`; `None` at its end.
pub(crate) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8(head).unwrap())
}

/// Waits until `condition` holds.
pub(crate) async fn eventually(condition: impl Fn() -> bool) {
    for _ in 0..500 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not come to pass");
}
