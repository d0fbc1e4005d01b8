//! The task that drives a connection.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::Weak;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use h2::client::Connection;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::super::stream::Stream;
use super::connection::Http2Connection;
use super::keep_alive::KeepAlive;
use super::last_words::LastWords;
use super::pool::Http2Pool;

/// How long a connection whose owner has gone may take to say goodbye.
const GRACE: Duration = Duration::from_secs(5);

/// How long an endpoint may take to tell its settings, which must be the first that it sends.
const SETTINGS_TIMEOUT: Duration = Duration::from_secs(10);

/// How many streams a connection may have at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// The endpoint has not told its settings yet.
    Unknown,
    /// As many as its settings say.
    Streams(usize),
}

impl Limit {
    /// What the library is told to begin with; no endpoint can say so.
    pub(super) const UNKNOWN: usize = usize::MAX - 1;

    fn of(streams: usize) -> Self {
        match streams {
            Self::UNKNOWN => Self::Unknown,
            streams => Self::Streams(streams),
        }
    }

    /// How many streams are used. Before the settings have come it is one: an endpoint that allows fewer than we
    /// send would have to refuse them, and they are under way already.
    pub(super) fn streams(self) -> usize {
        match self {
            Self::Unknown => 1,
            Self::Streams(streams) => streams,
        }
    }
}

/// Drives `connection` until it ends, tells `limit` and the pool what it learns, and ends itself at most a grace
/// after the owner, who holds the other end of `owned`, has gone.
pub(super) async fn drive(
    mut connection: Connection<LastWords<Stream>, Bytes>,
    limit: watch::Sender<Limit>,
    mut owned: watch::Receiver<()>,
    handle: Weak<Http2Connection>,
    pool: Weak<Http2Pool>,
) {
    let mut told_limit = limit.subscribe();
    let mut keep_alive = KeepAlive::new(connection.ping_pong());
    let end = poll_fn(|cx| {
        let polled = Pin::new(&mut connection).poll(cx);
        let told = Limit::of(connection.max_concurrent_send_streams());
        if limit.send_if_modified(|limit| std::mem::replace(limit, told) != told)
            && let Some(pool) = pool.upgrade()
        {
            pool.serve_waiting();
        }
        if polled.is_ready() {
            return polled;
        }
        let handle = handle.upgrade();
        if handle.as_ref().is_some_and(|handle| handle.ends_now())
            && let Some(pool) = pool.upgrade()
        {
            pool.counters().goaways.increment();
            pool.connection_ended();
        }
        let is_owed = handle.is_some_and(|handle| handle.streams() > 0);
        if keep_alive.poll_lost(is_owed, cx).is_ready() {
            if let Some(pool) = pool.upgrade() {
                pool.counters().ping_timed_out.increment();
            }
            tracing::debug!("an endpoint answers no ping");
            return Poll::Ready(Ok(()));
        }
        Poll::Pending
    });
    let orphaned = async {
        // An error says that the other end is gone.
        while owned.changed().await.is_ok() {}
        sleep(GRACE).await;
    };
    let unsettled = async {
        let settled = told_limit.wait_for(|limit| !matches!(limit, Limit::Unknown));
        if timeout(SETTINGS_TIMEOUT, settled).await.is_ok() {
            pending::<()>().await;
        }
    };
    tokio::select! {
        ended = end => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection to an endpoint ended");
            }
        }
        () = unsettled => tracing::debug!("an endpoint does not tell its settings"),
        () = orphaned => {}
    }
    // Streams learn of it first, then those who wait for one.
    drop(connection);
    if let Some(handle) = handle.upgrade() {
        handle.close();
    }
    if let Some(pool) = pool.upgrade() {
        pool.connection_ended();
    }
}
