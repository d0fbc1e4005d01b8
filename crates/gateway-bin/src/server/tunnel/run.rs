//! The life of a tunnel.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use gateway_core::facts::TunnelIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};

use super::joint::Joint;
use crate::server::{Drain, Phase};

/// How long both ends may take to say goodbye once they have been told that the gateway goes away.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why a tunnel has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum TunnelEnd {
    /// Both ends have closed.
    Closed,
    /// One end broke.
    Broken,
    /// Nothing has passed for too long.
    Idle,
    /// The gateway is going away, and has said so to both ends.
    Drained,
    /// The drain is over.
    Cut,
}

/// Joins `client`, of which `already_read` was read beyond its handshake, with `upstream`, until both have closed,
/// nothing passes for `idle`, or the drain ends it. The caller has written the answer that switches protocols.
pub(in crate::server) async fn run<C>(
    client: C,
    already_read: Bytes,
    upstream: Box<dyn TunnelIo>,
    idle: Duration,
    drain: &Drain,
) -> TunnelEnd
where
    C: AsyncRead + AsyncWrite + Unpin + Send,
{
    let mut joint = Joint::new(client, already_read, upstream);
    match until_drain(&mut joint, idle, drain).await {
        Some(end) => end,
        None => tokio::select! {
            end = farewell(joint) => end,
            () = drain.reached(Phase::Closed) => TunnelEnd::Cut,
        },
    }
}

/// Passes on what there is; `None` when the gateway is to go away.
async fn until_drain<C>(joint: &mut Joint<C>, idle: Duration, drain: &Drain) -> Option<TunnelEnd>
where
    C: AsyncRead + AsyncWrite + Unpin,
{
    let mut draining = pin!(drain.reached(Phase::Draining));
    let mut timer = pin!(sleep(idle));
    poll_fn(|cx| {
        if let Poll::Ready(ended) = joint.poll(cx) {
            return Poll::Ready(Some(match ended {
                Ok(()) => TunnelEnd::Closed,
                // Who has said goodbye may go without shutting the door.
                Err(_) if joint.have_closed() => TunnelEnd::Closed,
                Err(_) => TunnelEnd::Broken,
            }));
        }
        if draining.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        let idle = joint.poll_idle(cx, timer.as_mut(), idle);
        idle.map(|()| Some(TunnelEnd::Idle))
    })
    .await
}

/// Tells both ends that the gateway goes away, and waits a moment for their answers.
async fn farewell<C>(mut joint: Joint<C>) -> TunnelEnd
where
    C: AsyncRead + AsyncWrite + Unpin,
{
    joint.go_away();
    let told = poll_fn(|cx| match joint.poll(cx) {
        Poll::Pending if !joint.are_told() => Poll::Pending,
        Poll::Pending => Poll::Ready(true),
        Poll::Ready(_) => Poll::Ready(false),
    });
    if told.await {
        let closed = poll_fn(|cx| match joint.poll(cx) {
            Poll::Pending if !joint.have_closed() => Poll::Pending,
            _ => Poll::Ready(()),
        });
        // In time or not, they have been told.
        let _ = timeout(FAREWELL, closed).await;
        let _ = timeout(FAREWELL, joint.shutdown()).await;
    }
    TunnelEnd::Drained
}
