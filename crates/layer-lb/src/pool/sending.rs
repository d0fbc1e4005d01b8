//! A request on its way into a pool.

use axum_core::body::Body;
use http::Request;

use super::deadline::Deadline;
use super::wishes::Wishes;
use crate::counters::UpstreamCounters;
use crate::failure::Failure;
use crate::flight::Flight;
use crate::retry::Comeback;

/// A request on its way to an endpoint, whose head is fit for that, with all that goes along with it.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) request: Request<Body>,
    pub(crate) wishes: Wishes,
    pub(crate) deadline: Deadline,
    pub(crate) flight: Flight,
    /// What it takes to give it back, where it is wanted back.
    pub(crate) comeback: Option<Comeback>,
}

impl Sending {
    /// The request as it came, with the `failure` that befell it before anything was sent, if it is wanted back.
    pub(crate) fn give_back(self, failure: Failure, counters: &UpstreamCounters) -> Failure {
        match self.comeback {
            Some(comeback) => {
                let (head, body) = self.request.into_parts();
                comeback.after_failure(failure, head, Some(body), self.wishes, counters)
            }
            None => failure,
        }
    }
}
