//! The action of a route and how it becomes a service.

use gateway_core::contract::RouteService;
use layer_lb::{Class, ClassRule, Upstream};
use tokio_util::task::TaskTracker;

use super::{Finish, Forward, Mirror, Redirect, Respond, Rewrite, Split, StickyKey, Terms};

/// What a route does with a request; valid by construction.
#[derive(Clone, Debug)]
pub enum Action {
    /// Forwards to one of `destinations`, chosen by weight.
    Forward {
        /// Where to, with weights; never empty.
        destinations: Vec<Destination>,
        /// What keeps a client with one destination.
        sticky: Option<StickyKey>,
        /// How path and host change on the way.
        rewrite: Rewrite,
        /// Another upstream that gets a copy, with the share of requests in percent.
        mirror: Option<(Upstream, f64)>,
        /// What the route asks of the way to its upstreams.
        terms: Terms,
        /// Whether clients may open WebSockets.
        websocket: bool,
        /// Whether requests go on whose clients have left.
        finish: bool,
    },
    /// Points elsewhere.
    Redirect(Redirect),
    /// Answers from the file.
    Respond(Respond),
}

/// One upstream of a route and its weight.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The upstream.
    pub upstream: Upstream,
    /// Its share is its weight by the sum of weights; 0 takes it out.
    pub weight: u32,
}

/// Makes the service that carries requests to an upstream on the terms of the route: the real one for the gateway, one
/// that only records for `explain`.
pub type Transport<'a> = &'a dyn Fn(&Upstream, &Terms) -> RouteService;

impl Action {
    /// The innermost service of the route; what outlives its client becomes one of `tasks`.
    pub fn service(&self, transport: Transport<'_>, tasks: &TaskTracker) -> RouteService {
        match self {
            Self::Redirect(redirect) => RouteService::new(redirect.clone()),
            Self::Respond(respond) => RouteService::new(respond.clone()),
            Self::Forward {
                destinations,
                sticky,
                rewrite,
                mirror,
                terms,
                websocket,
                finish,
            } => {
                let forward_as = |upstream: &Upstream, class: &ClassRule| {
                    let terms = Terms {
                        class: class.clone(),
                        ..terms.clone()
                    };
                    let carrier = transport(upstream, &terms);
                    RouteService::new(Forward::new(rewrite.clone(), *websocket, carrier))
                };
                let forward = |upstream| forward_as(upstream, &terms.class);
                let service = match (destinations.as_slice(), sticky) {
                    ([only], None) => forward(&only.upstream),
                    (several, _) => {
                        let weighted = several.iter().map(|d| (forward(&d.upstream), d.weight));
                        RouteService::new(Split::new(weighted, sticky.clone()))
                    }
                };
                let service = if *finish {
                    RouteService::new(Finish::new(service, tasks.clone()))
                } else {
                    service
                };
                match mirror {
                    None => service,
                    Some((upstream, percent)) => {
                        // Nobody waits for a copy.
                        let copies = forward_as(upstream, &Class::Background.into());
                        RouteService::new(Mirror::new(service, copies, *percent))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use bytes::Bytes;
    use gateway_core::contract::{Request, Response};
    use http::{HeaderMap, HeaderValue, StatusCode, header};
    use tower::service_fn;

    use super::super::PathRewrite;
    use super::*;

    /// How much is allocated when `service` is cloned, as it is for each request.
    fn allocations(service: &impl Clone) -> u64 {
        allocation_counter::measure(|| drop(service.clone())).count_total
    }

    #[test]
    fn what_is_cloned_for_a_request_allocates_nothing() {
        let answer = |_: Request| ready(Ok(Response::default()));
        let carrier = RouteService::new(service_fn(answer));
        let rewrite = Rewrite {
            path: PathRewrite::StripPrefix("/v1".into()),
            ..Rewrite::default()
        };
        let forward = Forward::new(rewrite, false, carrier.clone());
        assert_eq!(allocations(&forward), 0, "forward");
        let finish = Finish::new(carrier.clone(), TaskTracker::new());
        assert_eq!(allocations(&finish), 0, "finish");
        let sticky = Some(StickyKey::Cookie("release".into()));
        let split = Split::new([(carrier, 1)], sticky);
        assert_eq!(allocations(&split), 0, "split");
        let plain = (header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        let headers = HeaderMap::from_iter([plain]);
        let respond = Respond::new(StatusCode::OK, headers, Bytes::new());
        assert_eq!(allocations(&respond), 0, "respond");
    }
}
