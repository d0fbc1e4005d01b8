//! What ties a request to an endpoint.

/// What ties a request to an endpoint.
///
/// ```
/// use layer_lb::balance::{Affinity, stable_hash};
///
/// let by_user = Affinity::Hash(stable_hash(b"ada"));
/// assert_ne!(by_user, Affinity::None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Affinity {
    /// Nothing: it may go anywhere.
    #[default]
    None,
    /// Requests of the same hash go to the same endpoint.
    Hash(u64),
    /// It goes to the endpoint of this [`id`](super::Candidate::id), if that may be chosen.
    Endpoint(u64),
}
