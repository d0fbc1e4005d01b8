//! Heads of requests that are sent again.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use layer_lb::{EndpointClient, LoadBalanceLayer, Upstream};
use tokio::io::AsyncWriteExt;
use tower::{Layer, Service, ServiceExt};

use crate::support::{Endpoint, read_head, retrying};

/// An endpoint that answers with `response` and remembers the heads it got.
async fn remembering(response: &'static str) -> (Endpoint, Arc<Mutex<Vec<String>>>) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let memory = Arc::clone(&heads);
    let endpoint = Endpoint::raw(move |_, mut stream| {
        let memory = Arc::clone(&memory);
        async move {
            while let Some(head) = read_head(&mut stream).await {
                memory.lock().unwrap().push(head);
                if stream.write_all(response.as_bytes()).await.is_err() {
                    return;
                }
            }
        }
    });
    (endpoint.await, heads)
}

/// What a layer inside sees of each attempt.
#[derive(Clone)]
struct Seeing {
    seen: Arc<Mutex<Vec<Option<Known>>>>,
    inner: EndpointClient,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Known(u8);

impl Service<Request<Body>> for Seeing {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <EndpointClient as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let known = request.extensions().get().copied();
        self.seen.lock().unwrap().push(known);
        self.inner.call(request)
    }
}

#[tokio::test]
async fn each_endpoint_gets_what_it_would_get_alone() {
    const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
    for host in ["host: api.example\r\n", ""] {
        let (one, first) = remembering(BUSY).await;
        let (two, second) = remembering(BUSY).await;
        let upstream = Upstream::build("test", &retrying(&[one.address, two.address])).unwrap();
        let seeing = Seeing {
            seen: Arc::default(),
            inner: EndpointClient::new(),
        };
        let proxy = LoadBalanceLayer::new(upstream).layer(seeing.clone());
        let mut request = Request::get("/path?query").header("te", "trailers");
        for (name, value) in [
            ("connection", "x-hop, te"),
            ("x-hop", "1"),
            ("x-stays", "2"),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
        ] {
            request = request.header(name, value);
        }
        if !host.is_empty() {
            request = request.header("host", "api.example");
        }
        let request = request.extension(Known(7)).body(Body::empty()).unwrap();
        let Ok(response) = proxy.oneshot(request).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        for (endpoint, heads) in [(&one, first), (&two, second)] {
            let heads = heads.lock().unwrap();
            let [head] = heads.as_slice() else {
                panic!("one each, not {heads:?}");
            };
            let head = head.to_lowercase();
            let own = format!("host: {}\r\n", endpoint.address);
            let host = if host.is_empty() { own.as_str() } else { host };
            assert!(head.starts_with("get /path?query http/1.1\r\n"), "{head}");
            for line in [
                host,
                "te: trailers\r\n",
                "connection: te\r\n",
                "x-stays: 2\r\n",
                "cookie: a=1; b=2\r\n",
            ] {
                assert_eq!(head.matches(line).count(), 1, "{line} in {head}");
            }
            assert!(!head.contains("x-hop"), "{head}");
            assert_eq!(
                head.lines().filter(|line| !line.is_empty()).count(),
                6,
                "{head}"
            );
        }
        let seen = seeing.seen.lock().unwrap();
        assert_eq!(*seen, [Some(Known(7)), Some(Known(7))]);
    }
}
