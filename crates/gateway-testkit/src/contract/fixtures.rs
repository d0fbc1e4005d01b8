//! A layer that keeps the contract, to show that the checks let it pass.

use std::task::{Context, Poll};

use axum_core::body::Body;
use gateway_core::contract::Request;
use tower_layer::Layer;
use tower_service::Service;

use super::{Contract, Subject};

/// Does nothing.
#[derive(Clone, Copy)]
pub(crate) struct NoOp;

/// The service of [`NoOp`].
#[derive(Clone)]
pub(crate) struct NoOpService<S>(S);

impl<S> Layer<S> for NoOp {
    type Service = NoOpService<S>;

    fn layer(&self, inner: S) -> NoOpService<S> {
        NoOpService(inner)
    }
}

impl<S: Service<Request>> Service<Request> for NoOpService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> S::Future {
        self.0.call(request)
    }
}

/// The contract of `layer` with a request without a body.
pub(crate) fn contract(layer: impl Subject) -> Contract {
    Contract::new(layer, || get("/path?query"))
}

/// A request for `target`.
pub(crate) fn get(target: &str) -> Request {
    http::Request::get(target)
        .header("x-a", "1")
        .header("x-a", "2")
        .body(Body::empty())
        .unwrap()
}
