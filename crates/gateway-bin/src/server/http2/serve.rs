//! One connection, from the preface to its end.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use h2::Reason;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};

use super::connection::{Connection, ConnectionEnd, failed};
use super::settings;
use super::tunneling::Tunneling;
use super::watch::Watch;
use super::watched_io::WatchedIo;
use crate::server::respond::Respond;
use crate::server::{ConnectionLimits, Drain, Ending, ListenerCounters, Phase};

/// Serves a client that speaks HTTP/2 over `io`, of which nothing has been read, until it leaves, is overdue, or the
/// gateway drains. `respond` answers each request.
pub(in crate::server) async fn serve<I, R>(
    io: I,
    respond: R,
    limits: ConnectionLimits,
    counters: Arc<ListenerCounters>,
    drain: &Drain,
) where
    I: AsyncRead + AsyncWrite + Unpin,
    R: Respond,
    R::Answer: Unpin,
{
    let opened = Instant::now();
    let watch = Watch::new(opened);
    let handshake = settings::builder(&limits).handshake(WatchedIo::new(io, watch.clone()));
    let http2 = tokio::select! {
        http2 = timeout_at(opened + limits.header_timeout, handshake) => http2,
        () = drain.reached(Phase::Draining) => return,
    };
    let end = match http2 {
        Ok(Ok(http2)) => {
            let tunneling = Tunneling {
                drain: drain.clone(),
                counters: Arc::clone(&counters),
            };
            let connection = Connection::new(http2, watch, respond, limits, tunneling, opened);
            run(connection, drain).await
        }
        Ok(Err(error)) => failed(&error),
        Err(_) => ConnectionEnd::Ended(Ending::Head),
    };
    let reason = match end {
        ConnectionEnd::Closed => None,
        ConnectionEnd::Ended(reason) => Some(reason),
        ConnectionEnd::Violated(_) => Some(Ending::Protocol),
    };
    if let Some(reason) = reason {
        tracing::debug!("closed: {reason}");
        counters.ended(reason).increment();
    }
}

/// Drives a connection until it ends.
async fn run<I, R>(mut connection: Connection<I, R>, drain: &Drain) -> ConnectionEnd
where
    I: AsyncRead + AsyncWrite + Unpin,
    R: Respond,
    R::Answer: Unpin,
{
    let mut draining = pin!(drain.reached(Phase::Draining));
    let ended = tokio::select! {
        ended = poll_fn(|cx| connection.poll(cx)) => Some(ended),
        () = draining.as_mut() => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.go_away();
            tokio::select! {
                ended = poll_fn(|cx| connection.poll(cx)) => ended,
                () = drain.reached(Phase::Closed) => return ConnectionEnd::Closed,
            }
        }
    };
    connection
        .say_goodbye(match ended {
            ConnectionEnd::Ended(Ending::Protocol) => Reason::ENHANCE_YOUR_CALM,
            ConnectionEnd::Violated(reason) => reason,
            _ => Reason::NO_ERROR,
        })
        .await;
    ended
}
