//! A stream that has become a tunnel.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use gateway_core::facts::Tunnel;

use super::tunnel_io::TunnelIo;
use crate::server::{Drain, ListenerCounters, tunnel};

/// What a tunnel needs of its connection.
#[derive(Clone, Debug)]
pub(super) struct Tunneling {
    pub(super) drain: Drain,
    pub(super) counters: Arc<ListenerCounters>,
}

impl Tunneling {
    /// Joins `client` with the upstream's end; `None` if somebody else has taken that.
    pub(super) fn join(
        self,
        client: TunnelIo,
        tunnel: &Tunnel,
    ) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        let upstream = tunnel.take()?;
        let idle = tunnel.idle();
        self.counters.tunnels.increment();
        Some(Box::pin(async move {
            let end = tunnel::run(client, Bytes::new(), upstream, idle, &self.drain).await;
            tracing::debug!(?end, "tunnel ended");
        }))
    }
}
