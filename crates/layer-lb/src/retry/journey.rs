//! The way of one request that is sent more than once.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum_core::body::Body;
use http::{Request, Response};
use tokio::time::Instant;

use super::handed_back::HandedBack;
use super::pause::{Pause, Situation};
use super::policy::RetryPolicy;
use super::record::Record;
use super::retry_after::retry_after;
use crate::balance::{Tie, Tried};
use crate::caller::Caller;
use crate::chosen_endpoint::ChosenEndpoint;
use crate::endpoint::Endpoint;
use crate::flight::Flight;
use crate::route_policy::RoutePolicy;

/// The way of one request that is sent more than once: where it has been, and how much time it has left.
#[derive(Debug)]
pub(crate) struct Journey {
    start: Instant,
    caller: Caller,
    tried: Tried,
    record: Record,
    /// How often it was sent again.
    retries: u32,
}

/// One more try.
#[derive(Debug)]
pub(super) struct Try {
    pub(super) request: Request<Body>,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) start: Instant,
    pub(super) tie: Tie,
    /// Its number in the record.
    pub(super) number: usize,
}

impl Journey {
    /// It began at `start`, for `caller`.
    pub(crate) fn new(start: Instant, caller: Caller) -> Self {
        Self {
            start,
            caller,
            tried: Tried::default(),
            record: Record::default(),
            retries: 0,
        }
    }

    /// It has been at `endpoint`, and come to `response`.
    pub(crate) fn been_at(&mut self, endpoint: &Arc<Endpoint>, response: &Response<Body>) {
        let number = self.record.begin(endpoint, false);
        self.tried.add(Arc::clone(endpoint));
        self.record.end(number, response);
    }

    /// The first try, that of `flight`.
    pub(super) fn first(
        &mut self,
        route: &RoutePolicy,
        mut request: Request<Body>,
        flight: Flight,
    ) -> Try {
        let endpoint = Arc::clone(flight.endpoint());
        let chosen = route.first(flight, self.start, self.caller.deadline);
        request.extensions_mut().insert(chosen);
        self.tried.add(Arc::clone(&endpoint));
        Try {
            number: self.record.begin(&endpoint, false),
            request,
            endpoint,
            start: self.start,
            tie: self.caller.tie,
        }
    }

    /// A second try beside the first, with its own copy of the request, if there is somewhere else to go and the
    /// upstream can bear it.
    pub(super) fn hedge(&mut self, route: &RoutePolicy, copy: Request<Body>) -> Option<Try> {
        let now = Instant::now();
        if self.end(route) <= now || !route.upstream.admits_retry(self.caller.class) {
            return None;
        }
        let flight = route.choose(&self.tried, self.caller.tie, now)?;
        if self.tried.contains(flight.endpoint()) || !self.may_be_tried_again(route, now) {
            return None;
        }
        let counters = route.upstream.counters();
        counters.hedges.increment();
        Some(self.begin(route, copy, flight, now, true))
    }

    /// The try with this `number` has come to `response`.
    pub(super) fn ended(&mut self, number: usize, response: &Response<Body>) {
        self.record.end(number, response);
    }

    /// Another try after `response`, with which the request was handed back; `None` where there is to be none. Waits
    /// as long as is right.
    pub(super) fn again<'a>(
        &'a mut self,
        route: &'a RoutePolicy,
        handed_back: HandedBack,
        response: &Response<Body>,
    ) -> impl Future<Output = Option<Try>> + Send + 'a {
        let wall = SystemTime::now();
        let asked = retry_after(response.status(), response.headers(), wall);
        async move {
            let policy = route.retry.as_deref()?;
            let flight = self.wait(route, policy, &handed_back, asked).await?;
            let request = handed_back.take()?;
            handed_back.reason().count(route.upstream.counters());
            Some(self.begin(route, request, flight, Instant::now(), false))
        }
    }

    /// Waits until the request may be sent again; then it is in flight.
    async fn wait(
        &mut self,
        route: &RoutePolicy,
        policy: &RetryPolicy,
        handed_back: &HandedBack,
        asked: Option<Duration>,
    ) -> Option<Flight> {
        if self.retries >= policy.attempts() {
            return None;
        }
        let now = Instant::now();
        let end = self.end(route);
        let situation = Situation {
            reason: handed_back.reason(),
            retry: self.retries + 1,
            retry_after: asked,
            end,
            now,
            random: fastrand::f64(),
        };
        let pause = Pause::of(policy, situation);
        if pause == Pause::TooLong {
            return None;
        }
        if !self.may_be_tried_again(route, now) {
            return None;
        }
        self.retries += 1;
        let wait = match pause {
            Pause::Unless(wait) => {
                let flight = route.choose(&self.tried, self.caller.tie, now)?;
                if !self.tried.contains(flight.endpoint()) {
                    return Some(flight);
                }
                wait
            }
            Pause::Always(wait) => wait,
            Pause::TooLong => return None,
        };
        if now + wait >= end {
            return None;
        }
        tokio::time::sleep(wait).await;
        route.choose(&self.tried, self.caller.tie, Instant::now())
    }

    /// Whether the upstream can bear one more try: it is not in trouble, and the budget is not spent.
    fn may_be_tried_again(&self, route: &RoutePolicy, now: Instant) -> bool {
        let upstream = &route.upstream;
        if !upstream.admits_retry(self.caller.class) {
            return false;
        }
        let may = upstream.retries().budget().take(now);
        if !may {
            upstream.counters().retry_budget_exhausted.increment();
        }
        may
    }

    /// Tells whoever gets `response` where the request has been.
    pub(super) fn finish(self, mut response: Response<Body>) -> Response<Body> {
        self.record.tell(&mut response);
        response
    }

    fn begin(
        &mut self,
        route: &RoutePolicy,
        mut request: Request<Body>,
        flight: Flight,
        now: Instant,
        is_hedge: bool,
    ) -> Try {
        let endpoint = Arc::clone(flight.endpoint());
        if let Some(deadline) = self.caller.deadline {
            let header = route.upstream.retries().deadline_header();
            deadline.tell(request.headers_mut(), header, now);
        }
        let mut chosen =
            ChosenEndpoint::new(flight, route.try_limits(), now).until(self.end(route));
        if let Some(policy) = &route.retry
            && self.retries < policy.attempts()
        {
            chosen = chosen.wanted_back(Arc::clone(policy));
        }
        request.extensions_mut().insert(chosen);
        self.tried.add(Arc::clone(&endpoint));
        Try {
            number: self.record.begin(&endpoint, is_hedge),
            request,
            endpoint,
            start: now,
            tie: self.caller.tie,
        }
    }

    /// By when the head of a response must be there, whichever try it is of.
    fn end(&self, route: &RoutePolicy) -> Instant {
        let end = gateway_core::deadline::after(self.start, route.limits.request);
        self.caller
            .deadline
            .map_or(end, |deadline| deadline.moment().min(end))
    }
}
