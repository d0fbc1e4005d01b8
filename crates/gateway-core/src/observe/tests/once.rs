//! However an observed layer calls the rest of the stack, a request is sent once.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{sleep, timeout};
use tower::{Layer, Service};

use super::super::broken::Broken;
use super::*;
use crate::contract::ResponseFuture;

/// Echoes after a second, says by `x-from` who asked, and how often it was called by anybody.
#[derive(Clone, Default)]
struct Slow(Arc<AtomicUsize>);

impl Slow {
    fn service(&self) -> RouteService {
        let calls = Arc::clone(&self.0);
        RouteService::new(tower::service_fn(move |request: Request| {
            calls.fetch_add(1, Ordering::SeqCst);
            async {
                sleep(Duration::from_secs(1)).await;
                let (parts, body) = request.into_parts();
                let mut response = Response::new(body);
                *response.headers_mut() = parts.headers;
                let path = parts.uri.path().parse().unwrap();
                response.headers_mut().insert("x-path", path);
                Ok(response)
            }
        }))
    }
}

/// Runs `layer` in observe mode; what the layer would have answered. The request has passed once and as it was.
async fn pass_once(layer: impl RouteLayer) -> Vec<(String, u16, Option<Code>)> {
    let slow = Slow::default();
    let (response, body) = observe_around(layer, slow.service()).await;
    assert_eq!(slow.0.load(Ordering::SeqCst), 1, "calls");
    assert_eq!(
        (response.status(), body.as_str()),
        (StatusCode::OK, "hello")
    );
    assert_eq!(response.headers()["x-path"], "/");
    assert_eq!(response.headers().len(), 1);
    observed(&response)
}

fn status(status: StatusCode) -> Response {
    let mut response = Response::new(Body::from("mine"));
    *response.status_mut() = status;
    response
}

fn fresh() -> Request {
    let request = http::Request::get("/fresh").header("x-fresh", "1");
    request.body(Body::from("fresh")).unwrap()
}

async fn text(response: Response) -> String {
    let body = to_bytes(response.into_body(), 1024).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_refuses() {
    let layer = handler(|_: Request, _: Next| async { refusal() });
    let refused = ("watched".to_owned(), 403, Some(REFUSED));
    assert_eq!(pass_once(layer).await, [refused]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_does_not_wait_long_enough() {
    for patience in [0, 500] {
        let layer = handler(move |request: Request, next: Next| async move {
            let answered = timeout(Duration::from_millis(patience), next.run(request)).await;
            answered.unwrap_or_else(|_| status(StatusCode::GATEWAY_TIMEOUT))
        });
        let gave_up = ("watched".to_owned(), 504, None);
        assert_eq!(pass_once(layer).await, [gave_up]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_never_polls_its_call() {
    let layer = handler(|request: Request, next: Next| async {
        drop(next.run(request));
        status(StatusCode::OK)
    });
    let own = ("watched".to_owned(), 200, None);
    assert_eq!(pass_once(layer).await, [own]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_sends_a_request_of_its_own() {
    let layer = handler(|_: Request, next: Next| async { next.run(fresh()).await });
    assert_eq!(pass_once(layer).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_sends_a_request_of_its_own_within_another_observed_layer() {
    let slow = Slow::default();
    let fresh = || handler(|_: Request, next: Next| async { next.run(fresh()).await });
    let inner = ObserveLayer::new("inner".into(), Arc::new(fresh())).wrap(slow.service());
    let (response, body) = observe_around(fresh(), inner).await;
    assert_eq!(slow.0.load(Ordering::SeqCst), 1);
    assert_eq!(response.headers()["x-path"], "/");
    assert_eq!(body, "hello");
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_sends_a_request_of_its_own_from_a_task_of_its_own() {
    let layer = handler(|_: Request, next: Next| async {
        let sent = tokio::spawn(async { next.run(fresh()).await });
        sent.await.unwrap()
    });
    let unsent = ("watched".to_owned(), 503, None);
    assert_eq!(pass_once(layer).await, [unsent]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_calls_from_a_task_that_it_leaves_alone() {
    let layer = handler(|request: Request, next: Next| async {
        tokio::spawn(async { next.run(request).await });
        sleep(Duration::from_millis(500)).await;
        status(StatusCode::OK)
    });
    let own = ("watched".to_owned(), 200, None);
    assert_eq!(pass_once(layer).await, [own]);
}

/// Calls the inner service with two copies of the head, and answers as `answer` makes of the two calls.
#[derive(Clone)]
struct Twice<S> {
    inner: S,
    answer: fn(ResponseFuture, ResponseFuture) -> ResponseFuture,
}

impl Layer<RouteService> for Twice<()> {
    type Service = Twice<RouteService>;

    fn layer(&self, inner: RouteService) -> Twice<RouteService> {
        Twice {
            inner,
            answer: self.answer,
        }
    }
}

impl Service<Request> for Twice<RouteService> {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let (parts, _) = request.into_parts();
        let request = || Request::from_parts(parts.clone(), Body::from("mine"));
        (self.answer)(self.inner.call(request()), self.inner.call(request()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_calls_again_hears_the_same() {
    let answer = |first: ResponseFuture, second: ResponseFuture| -> ResponseFuture {
        Box::pin(async {
            assert_eq!(text(first.await?).await, "hello");
            let second = second.await?;
            assert_eq!(second.headers()["x-path"], "/");
            assert_eq!(text(second).await, "hello");
            Ok(refusal())
        })
    };
    let refused = ("watched".to_owned(), 403, Some(REFUSED));
    assert_eq!(pass_once(Twice { inner: (), answer }).await, [refused]);
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_calls_twice_at_once_hears_the_same() {
    let answer = |first: ResponseFuture, second: ResponseFuture| -> ResponseFuture {
        Box::pin(async {
            let read = async |call: ResponseFuture| text(call.await.unwrap()).await;
            let calls = [first, second].map(|call| tokio::spawn(async move { read(call).await }));
            for call in calls {
                assert_eq!(call.await.unwrap(), "hello");
            }
            Ok(refusal())
        })
    };
    let refused = ("watched".to_owned(), 403, Some(REFUSED));
    assert_eq!(pass_once(Twice { inner: (), answer }).await, [refused]);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_with_its_request() {
    let slow = Slow::default();
    let layer = handler(|request: Request, next: Next| async { next.run(request).await });
    let service = ObserveLayer::new("watched".into(), Arc::new(layer)).wrap(slow.service());
    let alive = Arc::new(());
    let mut request = Request::new(Body::empty());
    request.extensions_mut().insert(Arc::clone(&alive));
    let answer = timeout(Duration::from_millis(500), service.respond(request)).await;
    assert!(answer.is_err());
    assert_eq!(slow.0.load(Ordering::SeqCst), 1);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[tokio::test]
async fn a_body_cut_short_stays_so_for_the_client() {
    let cut = tower::service_fn(|_: Request| async {
        let error = axum_core::Error::new(std::io::Error::other("cut"));
        Ok(Response::new(Body::new(Broken::new(Arc::new(error)))))
    });
    let layer = handler(|request: Request, next: Next| async {
        let read = to_bytes(next.run(request).await.into_body(), 1024).await;
        assert!(read.is_err());
        refusal()
    });
    let service = ObserveLayer::new("watched".into(), Arc::new(layer)).wrap(RouteService::new(cut));
    let Ok(response) = service.respond(Request::new(Body::empty())).await;
    let error = to_bytes(response.into_body(), 1024).await.unwrap_err();
    assert!(error.to_string().contains("cut"), "{error}");
}
