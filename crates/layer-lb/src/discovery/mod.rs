//! Where the endpoints of an upstream come from while the gateway runs: DNS, a file, etcd.
//!
//! A [`Source`] is what the operator wrote. Each upstream that has one owns one task, which asks the source, tells
//! what came of it as an [`Event`], and sleeps for as long as [`Progress`] says. That one is pure: the endpoints that
//! are known and an event become the endpoints to publish, the fault to count and to log, and when to ask again.
//! What a source says wrongly or not at all never takes an endpoint away.

mod admissible;
mod announcer;
mod dns;
mod etcd;
mod event;
mod file;
mod progress;
mod source;

pub(crate) use dns::DnsSource;
pub(crate) use etcd::EtcdSource;
pub(crate) use source::Source;

use announcer::Announcer;
use event::{Event, Fault, FaultKind};
use progress::{Notice, Progress};

use crate::backoff::Backoff;
