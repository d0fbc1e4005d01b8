//! What a request says of its client, as far as the way to its upstream depends on it.

use crate::admission::Class;
use crate::balance::Tie;
use crate::retry::ClientDeadline;

/// What a request says of its client, as far as the way to its upstream depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller {
    /// When the client gives up, if it says so.
    pub(crate) deadline: Option<ClientDeadline>,
    /// How important it is.
    pub(crate) class: Class,
    /// What ties it to an endpoint.
    pub(crate) tie: Tie,
}
