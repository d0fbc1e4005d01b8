//! The ways to choose.

use std::sync::Arc;

use super::hash_key::HashKey;
use super::sticky_cookie::StickyCookie;

/// How the next endpoint is chosen: what the operator wrote, ready for use.
#[derive(Clone, Debug)]
pub(super) enum Method {
    LeastRequest,
    RoundRobin,
    PeakEwma,
    Random,
    Hash {
        key: HashKey,
        /// How many times its share of the requests in flight an endpoint may have.
        bound: Option<f64>,
    },
    Sticky(Arc<StickyCookie>),
}
