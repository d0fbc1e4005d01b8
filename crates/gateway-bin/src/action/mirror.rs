//! A copy of the request for another upstream, never in the way of the answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use gateway_core::contract::{Request, Response, ResponseFuture, RouteService};
use gateway_core::facts::{Interim, Upgrade};
use http_body::Body as _;
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::tee::tee;

/// How many copies one route may have under way; beyond it, copies are left out.
const CONCURRENT: usize = 128;

/// How long the body of an answer that nobody wants is read, so that its connection can be used again. Until
/// the answer begins, the limits of the upstream hold.
const MOST_READING: Duration = Duration::from_secs(30);

/// Sends a share of the requests to a second place as well, whose answers are read and thrown away.
///
/// It is cloned for each request, which the one `Arc` makes cheap.
#[derive(Clone, Debug)]
pub struct Mirror(Arc<Sides>);

#[derive(Debug)]
struct Sides {
    service: RouteService,
    mirror: RouteService,
    /// The share of requests that are copied, 0.0 to 1.0.
    share: f64,
    permits: Arc<Semaphore>,
    /// Ends the copies under way when the route goes.
    end: CancellationToken,
}

impl Mirror {
    /// Answers by `service`; `percent` of the requests go to `mirror` too.
    pub fn new(service: RouteService, mirror: RouteService, percent: f64) -> Self {
        Self(Arc::new(Sides {
            service,
            mirror,
            share: percent / 100.0,
            permits: Arc::new(Semaphore::new(CONCURRENT)),
            end: CancellationToken::new(),
        }))
    }
}

impl Drop for Sides {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

impl Sides {
    /// Sends a copy on its way; returns the request itself.
    fn copy(&self, request: Request) -> Request {
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
            return request;
        };
        let (parts, body) = request.into_parts();
        let (body, copied) = if body.is_end_stream() {
            (body, Body::empty())
        } else {
            tee(body)
        };
        let mut head = parts.clone();
        // What the other upstream hints at is not for this client.
        head.extensions.remove::<Interim>();
        let copy = self.mirror.respond(Request::from_parts(head, copied));
        let answered = self.end.clone().run_until_cancelled_owned(async move {
            let Ok(response) = copy.await;
            let mut body = response.into_body();
            // The body goes at the limit, whatever is left of it.
            let _ = timeout(MOST_READING, async {
                while let Some(Ok(_)) = body.frame().await {}
            })
            .await;
            drop(permit);
        });
        tokio::spawn(answered);
        Request::from_parts(parts, body)
    }
}

impl Service<Request> for Mirror {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let sides = &*self.0;
        // A tunnel cannot be copied, and a handshake alone means nothing.
        let is_handshake = request.extensions().get::<Upgrade>().is_some();
        let request = if !is_handshake && fastrand::f64() < sides.share {
            sides.copy(request)
        } else {
            request
        };
        sides.service.respond(request)
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use gateway_core::facts::EarlyHints;
    use http_body::Frame;
    use tokio::task::yield_now;
    use tokio::time::sleep;
    use tower::service_fn;

    use super::*;

    /// A body that never ends; the number of them there are is kept.
    struct Endless(Arc<AtomicUsize>);

    impl Endless {
        fn body(alive: &Arc<AtomicUsize>) -> Body {
            alive.fetch_add(1, Ordering::Relaxed);
            Body::new(Self(Arc::clone(alive)))
        }
    }

    impl Drop for Endless {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }

    impl http_body::Body for Endless {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    /// Copies every request to a place whose answers never end.
    fn to_endless(alive: &Arc<AtomicUsize>) -> RouteService {
        let answer = |_: Request| ready(Ok(Response::default()));
        let alive = Arc::clone(alive);
        let endless = move |_: Request| ready(Ok(Response::new(Endless::body(&alive))));
        let (service, mirror) = (service_fn(answer), service_fn(endless));
        let (service, mirror) = (RouteService::new(service), RouteService::new(mirror));
        RouteService::new(Mirror::new(service, mirror, 100.0))
    }

    async fn send(mirrored: &RouteService, requests: usize) {
        for _ in 0..requests {
            let Ok(_) = mirrored.respond(Request::default()).await;
            yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn endless_answers_do_not_end_the_copying() {
        let alive = Arc::default();
        let mirrored = to_endless(&alive);
        send(&mirrored, CONCURRENT + 1).await;
        assert_eq!(alive.load(Ordering::Relaxed), CONCURRENT);
        sleep(MOST_READING * 2).await;
        assert_eq!(alive.load(Ordering::Relaxed), 0);
        send(&mirrored, 1).await;
        assert_eq!(alive.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn copies_end_with_their_route() {
        let alive = Arc::default();
        let mirrored = to_endless(&alive);
        send(&mirrored, 1).await;
        assert_eq!(alive.load(Ordering::Relaxed), 1);
        drop(mirrored);
        yield_now().await;
        assert_eq!(alive.load(Ordering::Relaxed), 0);
    }
    #[tokio::test]
    async fn a_websocket_is_not_copied() {
        let alive = Arc::default();
        let mirrored = to_endless(&alive);
        let mut handshake = Request::default();
        handshake.extensions_mut().insert(Upgrade::WebSocket);
        let Ok(_) = mirrored.respond(handshake).await;
        yield_now().await;
        assert_eq!(alive.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn the_other_upstream_has_no_hints_for_the_client() {
        struct Nobody;
        impl EarlyHints for Nobody {
            fn send(&self, _: http::HeaderMap) {}
        }
        let told = Arc::new(AtomicUsize::new(0));
        let counting = |tells: usize| {
            let told = Arc::clone(&told);
            RouteService::new(service_fn(move |request: Request| {
                if request.extensions().get::<Interim>().is_some() {
                    told.fetch_add(tells, Ordering::Relaxed);
                }
                ready(Ok(Response::default()))
            }))
        };
        let mirrored = RouteService::new(Mirror::new(counting(1), counting(10), 100.0));
        let mut request = Request::default();
        let interim = Interim::new(Arc::new(Nobody));
        request.extensions_mut().insert(interim);
        let Ok(_) = mirrored.respond(request).await;
        yield_now().await;
        assert_eq!(told.load(Ordering::Relaxed), 1);
    }
}
