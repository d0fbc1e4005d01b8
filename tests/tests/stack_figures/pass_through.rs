//! Layers that let every request pass, in both ways of writing one.

use std::convert::Infallible;
use std::task::{Context, Poll};

use gateway_core::config::ConfigErrors;
use gateway_core::contract::{
    BuildContext, DecisionFuture, GatewayLayer, HandlerLayer, Next, Request, Response,
    RouteService, handler,
};
use tower::{Layer, Service};

/// Nothing to write.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// A tower layer that decides at once, as those of the gateway do.
#[derive(Clone)]
pub(crate) struct PassThrough;

impl PassThrough {
    pub(crate) const NAME: &'static str = "pass-through";
}

impl GatewayLayer for PassThrough {
    const TYPE: &'static str = Self::NAME;
    type Config = Nothing;
    type Layer = Self;

    fn build(_: Nothing, _: &BuildContext<'_>) -> Result<Self, ConfigErrors> {
        Ok(Self)
    }
}

impl Layer<RouteService> for PassThrough {
    type Service = PassThroughService;

    fn layer(&self, inner: RouteService) -> PassThroughService {
        PassThroughService(inner)
    }
}

#[derive(Clone)]
pub(crate) struct PassThroughService(RouteService);

impl Service<Request> for PassThroughService {
    type Response = Response;
    type Error = Infallible;
    type Future = DecisionFuture<<RouteService as Service<Request>>::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        DecisionFuture::pass(self.0.call(request))
    }
}

/// An `async fn(Request, Next) -> Response`.
pub(crate) struct PassThroughHandler;

impl PassThroughHandler {
    pub(crate) const NAME: &'static str = "pass-through-handler";
}

impl GatewayLayer for PassThroughHandler {
    const TYPE: &'static str = Self::NAME;
    type Config = Nothing;
    type Layer = HandlerLayer;

    fn build(_: Nothing, _: &BuildContext<'_>) -> Result<HandlerLayer, ConfigErrors> {
        Ok(handler(async |request: Request, next: Next| {
            next.run(request).await
        }))
    }
}
