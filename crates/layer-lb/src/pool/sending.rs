//! A request on its way into a pool.

use axum_core::body::Body;
use http::Request;

use super::deadline::Deadline;
use super::wishes::Wishes;
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
