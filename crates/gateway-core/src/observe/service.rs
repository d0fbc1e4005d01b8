//! The service that runs a layer, records its decision and lets the request pass.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Extensions;
use tower_service::Service;

use super::current::within;
use super::flight::Flight;
use crate::contract::{Request, Response, ResponseFuture, RouteService};
use crate::facts::{Observation, Observations};
use crate::rejection::Rejection;

/// Runs a layer in observe mode around the inner service.
#[derive(Clone, Debug)]
pub struct ObserveService {
    name: Arc<str>,
    observed: RouteService,
    inner: RouteService,
}

impl ObserveService {
    /// `observed` is the layer around a gate to `inner`.
    pub(super) fn new(name: Arc<str>, observed: RouteService, inner: RouteService) -> Self {
        Self {
            name,
            observed,
            inner,
        }
    }
}

impl Service<Request> for ObserveService {
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> ResponseFuture {
        let (flight, copy) = Flight::depart(request);
        let mut deciding = within(&flight, || self.observed.respond(copy));
        let (name, inner) = (Arc::clone(&self.name), self.inner.clone());
        Box::pin(async move {
            let step = |cx: &mut Context<'_>| within(&flight, || deciding.as_mut().poll(cx));
            let decision = poll_fn(step).await?;
            drop(deciding);
            let heard = flight.take_response();
            let would_have = would_have(&name, &decision, heard.as_ref());
            let mut response = match heard {
                Some(response) => response,
                // The layer did not call the inner service, or did not wait for its answer.
                None => {
                    flight.send(&inner, Extensions::new());
                    flight.finish().await
                }
            };
            if let Some(observation) = would_have {
                record(&mut response, observation);
            }
            Ok(response)
        })
    }
}

/// What the layer would have answered, where that differs from what it heard from behind the gate.
fn would_have(
    name: &Arc<str>,
    decision: &Response,
    heard: Option<&Response>,
) -> Option<Observation> {
    let rejection = decision.extensions().get::<Rejection>();
    let is_own = match heard {
        None => true,
        Some(heard) => {
            heard.status() != decision.status()
                || heard.extensions().get::<Rejection>() != rejection
        }
    };
    is_own.then(|| Observation {
        layer: Arc::clone(name),
        status: decision.status(),
        rejection: rejection.cloned(),
    })
}

fn record(response: &mut Response, observation: Observation) {
    tracing::info!(
        layer = &*observation.layer,
        status = observation.status.as_u16(),
        code = observation
            .rejection
            .as_ref()
            .map(|rejection| rejection.code().as_str()),
        cause = observation.rejection.as_ref().and_then(Rejection::cause),
        "observed: the layer would have answered by itself"
    );
    let extensions = response.extensions_mut();
    let earlier = extensions
        .get::<Observations>()
        .cloned()
        .unwrap_or_default();
    extensions.insert(earlier.with(observation));
}
