//! One client: which protocol, which deadlines, when it ends.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use gateway_core::facts::Scheme;
use gateway_core::head::{Forwarding, TrustedProxies};
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use tokio::net::TcpStream;

use super::activity::{Activity, Overdue};
use super::edge::ConnectionEdge;
use super::hyper_edge::HyperEdge;
use super::sniff::{self, Protocol};
use super::tracked_io::TrackedIo;
use super::{ConnectionLimits, Drain, Edge, ListenerCounters, Phase};

/// Streams a client may have open at once.
const STREAMS: u32 = 100;
/// Flow-control window of one stream downstream.
const STREAM_WINDOW: u32 = 64 * 1024;
/// Flow-control window of one connection downstream.
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// How often an otherwise silent HTTP/2 client is pinged, and how long it may take to answer.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an overdue client may take to read our goodbye.
const PARTING: Duration = Duration::from_secs(1);
/// The number of header fields up to which hyper parses a head without allocating.
const HYPER_FIELDS: usize = 100;

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
        protocol = tokio::time::timeout(limits.header_timeout, sniff::protocol(&stream)) => protocol,
        () = drain.reached(Phase::Draining) => return,
    };
    let Ok(Ok(Some(protocol))) = protocol else {
        tracing::debug!(%peer, "no request came");
        return;
    };
    let activity = Activity::new();
    let forwarding = Forwarding::new(peer.ip(), Scheme::Http, &trusted);
    let edge = ConnectionEdge::new(edge, forwarding, trusted, counters);
    let service = HyperEdge::new(edge, activity.clone());
    let ended = match protocol {
        Protocol::Http1 => {
            let io = TokioIo::new(TrackedIo::http1(stream, activity.clone()));
            let connection = http1(&limits).serve_connection(io, service);
            run(connection, &activity, &limits, &drain).await
        }
        Protocol::Http2 => {
            let io = TokioIo::new(TrackedIo::http2(stream, activity.clone()));
            let connection = http2(&limits).serve_connection(io, service);
            run(connection, &activity, &limits, &drain).await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "connection ended");
    }
}

fn http1(limits: &ConnectionLimits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        // Both deadlines of a head are ours: hyper's would need a timer for each request.
        .header_read_timeout(None)
        .max_header_size(limits.header_size)
        .half_close(false);
    if limits.fields > HYPER_FIELDS {
        // Asked for only where it must be: up to its own limit hyper parses without allocating.
        builder.max_headers(limits.fields);
    }
    builder
}

fn http2(limits: &ConnectionLimits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(u32::try_from(limits.header_size).unwrap_or(u32::MAX))
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT);
    builder
}

/// Drives a connection until it ends, is overdue, or the gateway drains.
async fn run<C>(
    connection: C,
    activity: &Activity,
    limits: &ConnectionLimits,
    drain: &Drain,
) -> Result<(), C::Error>
where
    C: GracefulConnection,
{
    let mut connection = pin!(connection);
    let mut overdue = pin!(overdue(activity, limits));
    let overdue = tokio::select! {
        ended = connection.as_mut() => return ended,
        overdue = overdue.as_mut() => overdue,
        () = drain.reached(Phase::Draining) => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection.as_mut() => return ended,
                // A head that never ends must not hold up the drain.
                overdue = overdue => overdue,
                () = drain.reached(Phase::Closed) => return Ok(()),
            }
        }
    };
    tracing::debug!("closing: {overdue}");
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        ended = connection => ended,
        () = drain.reached(Phase::Closed) => Ok(()),
        () = tokio::time::sleep(PARTING) => Ok(()),
    }
}

/// Waits until the connection is overdue.
async fn overdue(activity: &Activity, limits: &ConnectionLimits) -> Overdue {
    loop {
        match activity.check(limits) {
            Ok(left) => tokio::time::sleep(left).await,
            Err(overdue) => return overdue,
        }
    }
}
