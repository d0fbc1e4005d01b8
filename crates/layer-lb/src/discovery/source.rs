//! Where an upstream's endpoints come from.

use std::path::Path;
use std::sync::Arc;

use tokio::task::AbortHandle;

use super::{DnsSource, EtcdSource, dns, file};
use crate::upstream::WeakUpstream;

/// Where an upstream's endpoints come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// The records of a name in DNS.
    Dns(DnsSource),
    /// The file at this path.
    File(Arc<Path>),
    /// The keys with a prefix in etcd.
    #[cfg_attr(
        not(feature = "etcd"),
        expect(dead_code, reason = "nobody asks without the feature")
    )]
    Etcd(EtcdSource),
}

impl Source {
    /// Begins to tell `upstream` of its endpoints, until it has gone or the task is aborted. Needs a tokio runtime.
    pub(crate) fn start(self, upstream: WeakUpstream) -> AbortHandle {
        let task = match self {
            Self::Dns(source) => tokio::spawn(dns::run(source, upstream)),
            Self::File(path) => tokio::spawn(file::run(path, upstream)),
            #[cfg(feature = "etcd")]
            Self::Etcd(source) => tokio::spawn(super::etcd::run(source, upstream)),
            // Refused when the configuration was read.
            #[cfg(not(feature = "etcd"))]
            Self::Etcd(_) => tokio::spawn(async { drop(upstream) }),
        };
        task.abort_handle()
    }
}
