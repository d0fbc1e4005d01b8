//! One try after the other.

use std::future::poll_fn;
use std::sync::Arc;

use axum_core::body::Body;
use http::{Request, Response};
use tower_service::Service;

use super::handed_back::HandedBack;
use super::journey::{Journey, Try};
use crate::attempt::Attempt;
use crate::route_policy::RoutePolicy;

/// What a request comes to that has come to `response` so far: it is sent again for as long as it is handed back and
/// `journey` goes on.
pub(crate) async fn again<S>(
    mut service: S,
    route: Arc<RoutePolicy>,
    mut journey: Journey,
    mut response: Response<Body>,
) -> Result<Response<Body>, S::Error>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    while let Some(handed_back) = response.extensions_mut().remove::<HandedBack>() {
        let next = journey.again(&route, handed_back, &response);
        let Some(next) = next.await else {
            break;
        };
        // Nobody reads it: its connection is free, or closed.
        drop(response);
        let number = next.number;
        response = attempt(&mut service, &route, next).await?;
        journey.ended(number, &response);
    }
    Ok(journey.finish(response))
}

/// One try.
pub(super) async fn attempt<S>(
    service: &mut S,
    route: &Arc<RoutePolicy>,
    next: Try,
) -> Result<Response<Body>, S::Error>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    poll_fn(|cx| service.poll_ready(cx)).await?;
    let inner = service.call(next.request);
    let Try {
        endpoint,
        start,
        tie,
        ..
    } = next;
    Attempt::new(inner, Arc::clone(route), endpoint, start, tie).await
}
