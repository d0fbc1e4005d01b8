//! Two tries at once.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum_core::body::Body;
use gateway_core::facts::{Interim, Upgrade};
use http::{Request, Response};
use http_body::Body as _;
use tokio::time::timeout;
use tower_service::Service;

use super::again::{again, attempt};
use super::journey::Journey;
use crate::flight::Flight;
use crate::outcome::Ending;
use crate::route_policy::RoutePolicy;

/// Whether `request` may be sent twice at once: it may be handled twice, and there is no content that would have to be
/// remembered.
pub(crate) fn may_be_hedged(request: &Request<Body>) -> bool {
    request.method().is_idempotent()
        && request.body().is_end_stream()
        && request.extensions().get::<Upgrade>().is_none()
}

/// Sends `request` to the endpoint of `flight`, and, where that takes longer than `patience`, to another one too. The
/// first good answer counts; the other try is dropped.
pub(crate) async fn hedged<S>(
    service: S,
    route: Arc<RoutePolicy>,
    mut journey: Journey,
    request: Request<Body>,
    flight: Flight,
    patience: Duration,
) -> Result<Response<Body>, S::Error>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone,
{
    let (request, copy) = twice(request);
    let first = journey.first(&route, request, flight);
    let number = first.number;
    let mut one = service.clone();
    let response = {
        let mut first = pin!(attempt(&mut one, &route, first));
        let early = timeout(patience, &mut first).await;
        let second = match early {
            Ok(_) => None,
            Err(_) => journey.hedge(&route, copy),
        };
        match (early, second) {
            (Ok(response), _) => {
                let response = response?;
                journey.ended(number, &response);
                response
            }
            (Err(_), None) => {
                let response = first.await?;
                journey.ended(number, &response);
                response
            }
            (Err(_), Some(second)) => {
                let numbers = [number, second.number];
                let mut two = service.clone();
                let mut second = pin!(attempt(&mut two, &route, second));
                let (response, is_first) = tokio::select! {
                    biased;
                    response = &mut first => (response?, true),
                    response = &mut second => (response?, false),
                };
                journey.ended(numbers[usize::from(!is_first)], &response);
                if is_good(&response) {
                    if !is_first {
                        route.upstream.counters().hedges_won.increment();
                    }
                    response
                } else {
                    drop(response);
                    let response = if is_first {
                        second.await?
                    } else {
                        first.await?
                    };
                    journey.ended(numbers[usize::from(is_first)], &response);
                    response
                }
            }
        }
    };
    again(service, route, journey, response).await
}

/// Whether another answer would not be better.
fn is_good(response: &Response<Body>) -> bool {
    !Ending::of(response).is_failure()
}

/// `request`, which has no content, twice. The client is told of early hints by the first alone.
fn twice(request: Request<Body>) -> (Request<Body>, Request<Body>) {
    let (head, body) = request.into_parts();
    let mut copy = Request::from_parts(head.clone(), Body::empty());
    copy.extensions_mut().remove::<Interim>();
    (Request::from_parts(head, body), copy)
}
