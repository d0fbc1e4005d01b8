//! A copy of the request for another upstream, never in the way of the answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use gateway_core::contract::{Request, Response, ResponseFuture, RouteService};
use http_body::Body as _;
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::Service;

use super::tee::tee;

/// How many copies one route may have under way; beyond it, copies are left out.
const CONCURRENT: usize = 128;

/// Sends a share of the requests to a second place as well, whose answers are read and thrown away.
#[derive(Clone, Debug)]
pub struct Mirror {
    service: RouteService,
    mirror: RouteService,
    /// The share of requests that are copied, 0.0 to 1.0.
    share: f64,
    permits: Arc<Semaphore>,
    end: CancellationToken,
    /// Ends the copies under way when the route goes.
    _end_on_drop: Arc<DropGuard>,
}

impl Mirror {
    /// Answers by `service`; `percent` of the requests go to `mirror` too.
    pub fn new(service: RouteService, mirror: RouteService, percent: f64) -> Self {
        let end = CancellationToken::new();
        Self {
            service,
            mirror,
            share: percent / 100.0,
            permits: Arc::new(Semaphore::new(CONCURRENT)),
            _end_on_drop: Arc::new(end.clone().drop_guard()),
            end,
        }
    }

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
        let copy = self
            .mirror
            .respond(Request::from_parts(parts.clone(), copied));
        let answered = self.end.clone().run_until_cancelled_owned(async move {
            let Ok(response) = copy.await;
            let mut body = response.into_body();
            while let Some(Ok(_)) = body.frame().await {}
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

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let request = if fastrand::f64() < self.share {
            self.copy(request)
        } else {
            request
        };
        self.service.respond(request)
    }
}
