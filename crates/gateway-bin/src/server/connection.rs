//! One client: which protocol, which deadlines, when it ends.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use gateway_core::facts::Scheme;
use gateway_core::head::{Forwarding, TrustedProxies};
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;

use super::activity::{Activity, Overdue};
use super::edge::ConnectionEdge;
use super::sniff::{self, Protocol};
use super::tracked_io::TrackedIo;
use super::{ConnectionLimits, Drain, Edge, Phase};

/// Streams a client may have open at once.
const STREAMS: u32 = 100;
/// Flow-control window of one stream downstream.
const STREAM_WINDOW: u32 = 64 * 1024;
/// Flow-control window of one connection downstream.
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// How often an otherwise silent HTTP/2 client is pinged, and how long it may take to answer.
const PING_INTERVAL: Duration = Duration::from_secs(30);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

type Io = TokioIo<TrackedIo<TcpStream>>;

/// Serves one client until it leaves, is overdue, or the gateway drains.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    edge: Edge,
    trusted: Arc<TrustedProxies>,
    limits: ConnectionLimits,
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
    let service = ConnectionEdge::new(edge, forwarding, trusted, activity.clone());
    let io = TokioIo::new(TrackedIo {
        io: stream,
        activity: activity.clone(),
    });
    match protocol {
        Protocol::Http1 => serve_http1(io, service, &activity, &limits, &drain).await,
        Protocol::Http2 => serve_http2(io, service, &activity, &limits, &drain).await,
    }
}

async fn serve_http1(
    io: Io,
    service: ConnectionEdge,
    activity: &Activity,
    limits: &ConnectionLimits,
    drain: &Drain,
) {
    let mut connection = pin!(
        http1::Builder::new()
            // Both deadlines are ours: hyper's would need a timer for each request.
            .header_read_timeout(None)
            .max_header_size(limits.header_size)
            .half_close(false)
            .serve_connection(io, service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        overdue = overdue(activity, limits) => return note(overdue),
        () = drain.reached(Phase::Draining) => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = drain.reached(Phase::Closed) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

async fn serve_http2(
    io: Io,
    service: ConnectionEdge,
    activity: &Activity,
    limits: &ConnectionLimits,
    drain: &Drain,
) {
    let header_list = u32::try_from(limits.header_size).unwrap_or(u32::MAX);
    let mut connection = pin!(
        http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(header_list)
            .keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT)
            .serve_connection(io, service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        overdue = overdue(activity, limits) => {
            note(overdue);
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = drain.reached(Phase::Draining) => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = drain.reached(Phase::Closed) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
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

fn note(overdue: Overdue) {
    match overdue {
        Overdue::Head => tracing::debug!("closing: the request head took too long"),
        Overdue::Idle => tracing::debug!("closing: idle"),
    }
}
