//! Where a request has been.

use axum_core::body::Body;
use gateway_core::facts::{Attempt, AttemptEnding, Attempts};
use http::Response;

use crate::endpoint::Endpoint;
use crate::outcome::Ending;

/// Where a request has been, for those who want to know later.
#[derive(Debug, Default)]
pub(super) struct Record(Vec<Attempt>);

impl Record {
    /// A try at `endpoint` begins; until more is known of it, it ends with nobody waiting for it. Returns its number.
    pub(super) fn begin(&mut self, endpoint: &Endpoint, is_hedge: bool) -> usize {
        self.0.push(Attempt {
            endpoint: endpoint.served_by().endpoint.clone(),
            ending: AttemptEnding::Cancelled,
            is_hedge,
        });
        self.0.len() - 1
    }

    /// The try with this `number` has come to `response`.
    pub(super) fn end(&mut self, number: usize, response: &Response<Body>) {
        if let Some(attempt) = self.0.get_mut(number) {
            attempt.ending = match Ending::of(response) {
                Ending::Response { status, .. } => AttemptEnding::Answered(status),
                Ending::Failed(kind) => AttemptEnding::Failed(kind),
                Ending::Cancelled => AttemptEnding::Cancelled,
            };
        }
    }

    /// Tells whoever gets `response`, where there is more to tell than one try.
    pub(super) fn tell(self, response: &mut Response<Body>) {
        if self.0.len() > 1 {
            response.extensions_mut().insert(Attempts::new(self.0));
        }
    }
}
