//! One client: which protocol it speaks.

use std::net::SocketAddr;
use std::sync::Arc;

use gateway_core::facts::Scheme;
use gateway_core::head::{Forwarding, TrustedProxies};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::edge::ConnectionEdge;
use super::sniff::{self, Protocol};
use super::{ConnectionLimits, Drain, Edge, Ending, ListenerCounters, Phase, http1, http2};

/// Serves one client until it leaves, is overdue, or the gateway drains.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    edge: Edge,
    trusted: Arc<TrustedProxies>,
    limits: ConnectionLimits,
    counters: Arc<ListenerCounters>,
    drain: Drain,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "client left before it was served");
        return;
    }
    let protocol = tokio::select! {
        biased;
        protocol = protocol(&stream, &limits, &counters) => protocol,
        () = drain.reached(Phase::Draining) => return,
    };
    let Some(protocol) = protocol else {
        tracing::debug!(%peer, "no request came");
        return;
    };
    let forwarding = Forwarding::new(peer.ip(), Scheme::Http, &trusted);
    let edge = ConnectionEdge::new(edge, forwarding, trusted, Arc::clone(&counters));
    match protocol {
        Protocol::Http1 => http1::serve(stream, edge, limits, counters, &drain).await,
        Protocol::Http2 => http2::serve(stream, edge, limits, counters, &drain).await,
    }
}

/// Which protocol the client speaks, once it has said enough to tell.
async fn protocol(
    stream: &TcpStream,
    limits: &ConnectionLimits,
    counters: &ListenerCounters,
) -> Option<Protocol> {
    let Ok(begun) = timeout(limits.first_byte_timeout, stream.peek(&mut [0])).await else {
        counters.ended(Ending::FirstByte).increment();
        return None;
    };
    begun.ok()?;
    let Ok(protocol) = timeout(limits.header_timeout, sniff::protocol(stream)).await else {
        counters.ended(Ending::Head).increment();
        return None;
    };
    protocol.ok()?
}
