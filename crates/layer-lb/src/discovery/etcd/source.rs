//! Keys in etcd whose values are the endpoints.

use std::fmt;
use std::sync::Arc;

use gateway_core::config::Secret;

use crate::config::EndpointUrl;
use crate::pool::TlsClient;

/// Keys in etcd whose values are the endpoints.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "etcd"),
    expect(dead_code, reason = "nobody asks without the feature")
)]
pub(crate) struct EtcdSource {
    /// The members of the cluster.
    pub(crate) members: Arc<[EndpointUrl]>,
    /// What the keys begin with; not empty.
    pub(crate) prefix: Arc<str>,
    /// Name and password.
    pub(crate) login: Option<(String, Secret)>,
    /// How members with `https://` are shaken hands with.
    pub(crate) tls: Option<TlsClient>,
}

impl fmt::Display for EtcdSource {
    /// As the log calls it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "etcd {}", self.prefix)
    }
}
