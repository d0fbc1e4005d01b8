//! Both directions of a tunnel.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use gateway_core::facts::TunnelIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, Sleep};

use super::close_frame;
use super::direction::Direction;

/// The client's end and the upstream's, and what passes between them.
pub(super) struct Joint<C> {
    client: C,
    upstream: Box<dyn TunnelIo>,
    to_upstream: Direction,
    to_client: Direction,
    last_moved: Instant,
}

impl<C: AsyncRead + AsyncWrite + Unpin> Joint<C> {
    /// Joins both ends; `already_read` has come from the client.
    pub(super) fn new(client: C, already_read: Bytes, upstream: Box<dyn TunnelIo>) -> Self {
        Self {
            client,
            upstream,
            to_upstream: Direction::new(already_read),
            to_client: Direction::new(Bytes::new()),
            last_moved: Instant::now(),
        }
    }

    /// Passes on what there is. Ready when both ends have ended.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let to_upstream = self
            .to_upstream
            .poll(cx, &mut self.client, &mut self.upstream)?;
        let to_client = self
            .to_client
            .poll(cx, &mut self.upstream, &mut self.client)?;
        // Both are asked, lest one of them goes on moving unseen.
        let moved = [self.to_upstream.has_moved(), self.to_client.has_moved()];
        if moved.contains(&true) {
            self.last_moved = Instant::now();
        }
        if to_upstream.is_ready() && to_client.is_ready() {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }

    /// Ready when nothing has passed for `idle`. `timer` is moved when it fires, not with each byte.
    pub(super) fn poll_idle(
        &self,
        cx: &mut Context<'_>,
        mut timer: Pin<&mut Sleep>,
        idle: Duration,
    ) -> Poll<()> {
        while timer.as_mut().poll(cx).is_ready() {
            let Some(end) = self.last_moved.checked_add(idle) else {
                return Poll::Pending;
            };
            if end <= Instant::now() {
                return Poll::Ready(());
            }
            timer.as_mut().reset(end);
        }
        Poll::Pending
    }

    /// Tells both ends that the gateway goes away, each when the frame on its way there has ended; unless one of them
    /// has begun to close the WebSocket, which the other will do with the same code.
    pub(super) fn go_away(&mut self) {
        if !self.to_upstream.has_said_goodbye() && !self.to_client.has_said_goodbye() {
            self.to_upstream.finish(close_frame::to_upstream());
            self.to_client.finish(close_frame::to_client());
        }
    }

    /// Whether both ends have been sent all that they will ever be.
    pub(super) fn are_told(&self) -> bool {
        self.to_upstream.is_told() && self.to_client.is_told()
    }

    /// Whether both ends have said that they have nothing more to say.
    pub(super) fn have_closed(&self) -> bool {
        self.to_upstream.has_closed() && self.to_client.has_closed()
    }

    /// Ends both connections in order.
    pub(super) async fn shutdown(mut self) {
        // Whoever is gone already need not be told.
        let _ = self.client.shutdown().await;
        let _ = self.upstream.shutdown().await;
    }
}
