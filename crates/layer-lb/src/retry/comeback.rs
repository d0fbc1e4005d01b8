//! What it takes to give a request back.

use std::sync::Arc;

use axum_core::body::Body;
use http::{Extensions, HeaderMap, Request, StatusCode};

use super::handed_back::HandedBack;
use super::policy::{Ended, RetryPolicy, Verdict};
use crate::counters::UpstreamCounters;
use crate::failure::Failure;
use crate::outcome::{Ending, grpc_status};
use crate::pool::Wishes;
use crate::request_head;

/// What it takes to give a request back after its head was made fit for an endpoint: what was taken out of it on the
/// way, and when it is wanted back. It is kept beside the request, so nothing is copied.
#[derive(Debug)]
pub(crate) struct Comeback {
    policy: Arc<RetryPolicy>,
    facts: Extensions,
    names_host: bool,
    is_idempotent: bool,
}

impl Comeback {
    /// Takes out of `request`, whose `wishes` were taken out, what the endpoint does not get. To be asked for before its
    /// head is made fit for the endpoint.
    pub(crate) fn take(
        policy: Arc<RetryPolicy>,
        wishes: &Wishes,
        request: &mut Request<Body>,
    ) -> Self {
        let facts = std::mem::take(request.extensions_mut());
        if let Some(upgrade) = wishes.upgrade {
            // The handshake is made of it.
            request.extensions_mut().insert(upgrade);
        }
        Self {
            policy,
            facts,
            names_host: request_head::names_host(request),
            is_idempotent: request.method().is_idempotent(),
        }
    }

    /// Whether the body is wanted back even if the endpoint may have seen some of it.
    pub(crate) fn may_repeat(&self) -> bool {
        self.policy.may_repeat(self.is_idempotent)
    }

    /// Whether the request is wanted back after a response with this head.
    pub(crate) fn is_wanted_after(
        &self,
        status: StatusCode,
        fields: &HeaderMap,
    ) -> Option<Verdict> {
        let ending = Ending::Response {
            status,
            grpc_status: if self.policy.looks_at_grpc() {
                grpc_status(fields)
            } else {
                None
            },
        };
        let verdict = self.verdict(ending, true);
        (verdict != Verdict::Final).then_some(verdict)
    }

    /// Gives back the request that `failure` befell, if it is wanted back: with the failure, which is to become the
    /// response. `body` is all of its body, where that is still there.
    pub(crate) fn after_failure(
        self,
        failure: Failure,
        head: http::request::Parts,
        body: Option<Body>,
        wishes: Wishes,
        counters: &UpstreamCounters,
    ) -> Failure {
        let fact = failure.fact();
        let verdict = self.verdict(Ending::Failed(fact.kind), fact.may_have_been_sent);
        match self.hand_back(verdict, head, body, wishes, counters) {
            Some(handed_back) => failure.handing_back(handed_back),
            None => failure,
        }
    }

    /// Gives the request back, where `verdict` allows it.
    pub(crate) fn hand_back(
        self,
        verdict: Verdict,
        head: http::request::Parts,
        body: Option<Body>,
        wishes: Wishes,
        counters: &UpstreamCounters,
    ) -> Option<HandedBack> {
        let reason = match verdict {
            Verdict::Again(reason) => reason,
            Verdict::NotTwice => {
                counters.not_retried_method.increment();
                return None;
            }
            Verdict::Final => return None,
        };
        let Some(body) = body else {
            counters.not_retried_body.increment();
            return None;
        };
        let mut request = Request::from_parts(head, body);
        request_head::restore(&mut request, self.names_host);
        *request.extensions_mut() = self.facts;
        wishes.give_back(&mut request);
        Some(HandedBack::new(request, reason))
    }

    /// What was taken out of the request, which is not wanted back.
    pub(crate) fn into_facts(self) -> Extensions {
        self.facts
    }

    fn verdict(&self, ending: Ending, may_have_been_sent: bool) -> Verdict {
        self.policy.verdict(Ended {
            ending,
            may_have_been_sent,
            is_idempotent: self.is_idempotent,
        })
    }
}
