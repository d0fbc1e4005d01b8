//! The service inside the layer under test.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use axum_core::body::Body;
use gateway_core::contract::{Request, Response, ResponseFuture};
use tower_service::Service;

use super::Stack;
use crate::sync::lock;

/// The service inside the layer under test: it answers as told, is ready when told, and notices who calls it
/// without asking first. As with any tower service, a clone of one that is ready is not ready by that.
pub struct Probe {
    shared: Arc<Shared>,
    was_ready: bool,
}

struct Shared {
    answer: Box<dyn Fn(Request) -> ResponseFuture + Send + Sync>,
    is_ready: AtomicBool,
    waiting: Mutex<Vec<Waker>>,
    calls: AtomicUsize,
    unasked_calls: AtomicUsize,
}

impl Probe {
    /// Answers as `answer` does.
    pub(super) fn new<F>(answer: impl Fn(Request) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let answer = move |request| -> ResponseFuture {
            let answering = answer(request);
            Box::pin(async move { Ok(answering.await) })
        };
        let shared = Shared {
            answer: Box::new(answer),
            is_ready: AtomicBool::new(true),
            waiting: Mutex::default(),
            calls: AtomicUsize::new(0),
            unasked_calls: AtomicUsize::new(0),
        };
        Self {
            shared: Arc::new(shared),
            was_ready: false,
        }
    }

    /// Answers 200 with `inner` as the body.
    pub(super) fn plain() -> Self {
        Self::new(async |_| Response::new(Body::from("inner")))
    }

    /// Sets whether it and its clones are ready.
    pub(super) fn set_ready(&self, is_ready: bool) {
        self.shared.is_ready.store(is_ready, Ordering::SeqCst);
        for waker in std::mem::take(&mut *lock(&self.shared.waiting)) {
            waker.wake();
        }
    }

    /// How often it was called.
    pub(super) fn calls(&self) -> usize {
        self.shared.calls.load(Ordering::SeqCst)
    }

    /// How often an instance was called that had not said that it is ready.
    pub(super) fn unasked_calls(&self) -> usize {
        self.shared.unasked_calls.load(Ordering::SeqCst)
    }
}

/// Waits until `stack` is ready and calls it.
pub(super) async fn ask(mut stack: Stack, request: Request) -> Response {
    let answered = async {
        poll_fn(|cx| stack.poll_ready(cx)).await?;
        stack.call(request).await
    };
    match answered.await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

impl Clone for Probe {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            was_ready: false,
        }
    }
}

impl Service<Request> for Probe {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        lock(&self.shared.waiting).push(cx.waker().clone());
        self.was_ready = self.shared.is_ready.load(Ordering::SeqCst);
        if self.was_ready {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        self.shared.calls.fetch_add(1, Ordering::SeqCst);
        if !std::mem::take(&mut self.was_ready) {
            self.shared.unasked_calls.fetch_add(1, Ordering::SeqCst);
        }
        (self.shared.answer)(request)
    }
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Probe")
            .field("calls", &self.calls())
            .field("unasked_calls", &self.unasked_calls())
            .finish_non_exhaustive()
    }
}
