//! An endpoint among which the choice is.

use std::sync::Arc;

use crate::endpoint::Endpoint;

/// An endpoint of an upstream, as a [`Picker`](super::Picker) is built from it.
///
/// ```
/// use std::sync::Arc;
///
/// use layer_lb::balance::Candidate;
/// use layer_lb::{Upstream, UpstreamConfig};
///
/// let config = UpstreamConfig::new(["http://10.0.0.5:9000".parse()?]);
/// let upstream = Upstream::build("orders", &config)?;
/// let candidate = Candidate::new(Arc::clone(&upstream.endpoints()[0]), "http://10.0.0.5:9000");
/// assert_eq!((candidate.weight, candidate.priority, candidate.is_available), (1, 0, true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Candidate<E = Endpoint> {
    /// The endpoint.
    pub endpoint: Arc<E>,
    /// What stands for it in hashes and cookies: [`stable_hash`](super::stable_hash) of what it is called, so that it
    /// is the same in every gateway and after every restart.
    pub id: u64,
    /// Its share of the requests, compared with the others of its tier. From 1 to 1000.
    pub weight: u32,
    /// Its tier: 0 comes first.
    pub priority: u32,
    /// Whether it may be chosen. One that may not still counts for when the next tier takes over.
    pub is_available: bool,
    /// How much of its weight it has during its slow start: [`share_of_weight`](super::slow_start::share_of_weight).
    /// From 0.1 to 1.
    pub share_of_weight: f64,
}

impl<E> Candidate<E> {
    /// `endpoint`, which is called `name`: available and warm, of weight 1, in the first tier.
    pub fn new(endpoint: Arc<E>, name: &str) -> Self {
        Self {
            endpoint,
            id: super::stable_hash(name.as_bytes()),
            weight: 1,
            priority: 0,
            is_available: true,
            share_of_weight: 1.0,
        }
    }
}
