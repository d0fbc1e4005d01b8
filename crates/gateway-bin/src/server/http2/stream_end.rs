//! How a stream has ended.

/// How a stream has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamEnd {
    /// All of the answer is on its way.
    Complete,
    /// The client has reset it before that, or is gone.
    Lost,
    /// The gateway has cut it.
    Cut,
}
