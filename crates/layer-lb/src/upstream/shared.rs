//! The state of an upstream.

use std::sync::{Arc, Mutex, OnceLock};

use arc_swap::ArcSwap;

use super::members::Members;
use super::tasks::Tasks;
use crate::balance::Picker;
use crate::config::UpstreamConfig;
use crate::counters::UpstreamCounters;
use crate::load::Load;
use crate::time_limits::TimeLimits;

/// The state of an upstream, which all routes share that name it.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) name: Arc<str>,
    pub(super) config: UpstreamConfig,
    pub(super) limits: TimeLimits,
    pub(super) counters: Arc<UpstreamCounters>,
    pub(super) load: Arc<Load>,
    /// All endpoints, whether or not they may be chosen now. Locked while a picker is built of them.
    pub(super) members: Mutex<Members>,
    /// The endpoints that may be chosen now.
    pub(super) picker: ArcSwap<Picker>,
    /// Started when there is a runtime.
    pub(super) tasks: OnceLock<Tasks>,
}
