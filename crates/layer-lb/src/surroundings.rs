//! What the endpoints of an upstream share.

use std::sync::Arc;

use crate::config::UpstreamConfig;
use crate::counters::UpstreamCounters;
use crate::load::Load;
use crate::pool::TlsClient;
use crate::retry::Budget;

/// What the endpoints of an upstream share, as a new one is told of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    /// The name of the upstream.
    pub(crate) name: &'a Arc<str>,
    /// What the file says of it.
    pub(crate) config: &'a UpstreamConfig,
    /// Where it is counted what happens.
    pub(crate) counters: &'a Arc<UpstreamCounters>,
    /// How much all endpoints together have to do.
    pub(crate) load: &'a Arc<Load>,
    /// How often requests may be sent more than once.
    pub(crate) budget: &'a Arc<Budget>,
    /// What it takes to shake hands.
    pub(crate) tls: Option<&'a TlsClient>,
}
