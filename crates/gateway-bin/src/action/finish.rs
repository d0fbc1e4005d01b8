//! Requests that go on although their client has left.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use gateway_core::contract::{Request, Response, ResponseFuture, RouteService};
use gateway_core::facts::{EarlyHints, Interim, Upgrade};
use http::HeaderMap;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;

/// How many requests of one route may go on without their clients; beyond it, requests end with their clients.
const MOST: usize = 1024;

/// Has requests finished whose clients have left, where all of the request has come: what is left of the exchange
/// goes on as a task, and the response is thrown away. As long as the client stays, nothing is in its way.
///
/// It is cloned for each request, which the one `Arc` makes cheap.
#[derive(Clone, Debug)]
pub struct Finish(Arc<Owner>);

#[derive(Debug)]
struct Owner {
    service: RouteService,
    permits: Arc<Semaphore>,
    /// Knows the tasks, for a drain to wait for them.
    tasks: TaskTracker,
    /// Ends the tasks when the route goes.
    end: CancellationToken,
}

impl Finish {
    /// Answers by `service`; what clients leave behind goes on in `tasks`, until it ends or the route does.
    pub fn new(service: RouteService, tasks: TaskTracker) -> Self {
        Self(Arc::new(Owner {
            service,
            permits: Arc::new(Semaphore::new(MOST)),
            tasks,
            end: CancellationToken::new(),
        }))
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.end.cancel();
    }
}

impl Service<Request> for Finish {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> ResponseFuture {
        // A tunnel has nothing to finish once one of its ends has gone.
        if request.extensions().get::<Upgrade>().is_some() {
            return self.0.service.respond(request);
        }
        let client = Arc::new(Client {
            has_sent_all: AtomicBool::new(request.body().is_end_stream()),
            hints: Mutex::new(request.extensions_mut().remove()),
        });
        if client.hints().is_some() {
            let hints = Interim::new(Arc::clone(&client) as Arc<dyn EarlyHints>);
            request.extensions_mut().insert(hints);
        }
        let request = request.map(|body| {
            if body.is_end_stream() {
                return body;
            }
            Body::new(Upload {
                body: Some(body),
                client: Arc::clone(&client),
            })
        });
        Box::pin(Answering {
            future: Some(self.0.service.respond(request)),
            exchange: Some(Exchange {
                owner: Arc::clone(&self.0),
                client,
            }),
        })
    }
}

/// What is known of the client of a request.
struct Client {
    has_sent_all: AtomicBool,
    /// Where early hints go as long as it is there. They may keep its connection open.
    hints: Mutex<Option<Interim>>,
}

impl Client {
    fn hints(&self) -> MutexGuard<'_, Option<Interim>> {
        self.hints.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EarlyHints for Client {
    fn send(&self, fields: HeaderMap) {
        let hints = self.hints().clone();
        if let Some(hints) = hints {
            hints.early_hints(fields);
        }
    }
}

/// A request under way.
struct Exchange {
    owner: Arc<Owner>,
    client: Arc<Client>,
}

impl Exchange {
    /// The client has left: does `rest` without it, if that can be done.
    fn leave(self, rest: impl Future<Output = ()> + Send + 'static) {
        if !self.client.has_sent_all.load(Ordering::Acquire) {
            return;
        }
        let Ok(permit) = Arc::clone(&self.owner.permits).try_acquire_owned() else {
            return;
        };
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let hints = self.client.hints().take();
        drop(hints);
        let end = self.owner.end.clone();
        let task = end.run_until_cancelled_owned(async move {
            rest.await;
            drop(permit);
        });
        self.owner.tasks.spawn_on(task, &runtime);
    }
}

/// Reads a body whose end alone matters.
async fn read(mut body: Body) {
    while let Some(Ok(_)) = body.frame().await {}
}

/// Until the response begins.
struct Answering {
    /// `None` once it has ended, or panicked.
    future: Option<ResponseFuture>,
    exchange: Option<Exchange>,
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(mut future) = self.future.take() else {
            return Poll::Pending;
        };
        let Poll::Ready(Ok(response)) = future.as_mut().poll(cx) else {
            self.future = Some(future);
            return Poll::Pending;
        };
        let exchange = self.exchange.take();
        Poll::Ready(Ok(response.map(|body| {
            if body.is_end_stream() {
                return body;
            }
            Body::new(Download {
                body: Some(body),
                exchange,
            })
        })))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if let (Some(future), Some(exchange)) = (self.future.take(), self.exchange.take()) {
            exchange.leave(async {
                let Ok(response) = future.await;
                read(response.into_body()).await;
            });
        }
    }
}

/// The body of a request, which tells when all of it has come.
struct Upload {
    /// `None` once it has ended: it may keep the client's connection open.
    body: Option<Body>,
    client: Arc<Client>,
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(&mut *body).poll_frame(cx);
        let is_whole = match &polled {
            Poll::Ready(None) => true,
            Poll::Ready(Some(Ok(_))) => body.is_end_stream(),
            Poll::Ready(Some(Err(_))) | Poll::Pending => false,
        };
        if is_whole {
            self.client.has_sent_all.store(true, Ordering::Release);
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let hint = self.body.as_ref().map(Body::size_hint);
        hint.unwrap_or_else(|| SizeHint::with_exact(0))
    }
}

/// The body of a response.
struct Download {
    /// `None` once it has ended, or panicked.
    body: Option<Body>,
    exchange: Option<Exchange>,
}

impl http_body::Body for Download {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(mut body) = self.body.take() else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(&mut body).poll_frame(cx);
        if matches!(polled, Poll::Pending | Poll::Ready(Some(Ok(_)))) {
            self.body = Some(body);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let hint = self.body.as_ref().map(Body::size_hint);
        hint.unwrap_or_else(|| SizeHint::with_exact(0))
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let body = self.body.take().filter(|body| !body.is_end_stream());
        if let (Some(body), Some(exchange)) = (body, self.exchange.take()) {
            exchange.leave(read(body));
        }
    }
}

#[cfg(test)]
mod tests;
