//! Endpoints that are found while the gateway runs: their sources fail in every way, and clients see nothing of it.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails a test")]

mod dns;
mod etcd;
mod etcd_history;
mod etcd_login;
mod etcd_tls;
mod file;
mod removal;
mod site;
mod srv;
mod traffic;

use std::time::Duration;

/// How long something may take that happens soon, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(20);
