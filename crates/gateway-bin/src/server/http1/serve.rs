//! The loop of a connection.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Poll, Waker};

use super::asked::Asked;
use super::client_io::ClientIo;
use super::connection::Connection;
use super::end::End;
use super::next_head::NoHead;
use crate::server::respond::Respond;
use crate::server::{ConnectionLimits, Drain, ListenerCounters, Phase};

/// Serves the client at `io` until it leaves, is overdue, or the gateway drains. Its requests are answered by
/// `respond`.
pub(in crate::server) async fn serve(
    io: impl ClientIo,
    respond: impl Respond,
    limits: ConnectionLimits,
    counters: Arc<ListenerCounters>,
    drain: &Drain,
) {
    let connection = Connection::new(io, respond, limits, counters, drain.clone());
    let mut run = pin!(connection.run());
    // When the gateway drains, the connection sees for itself what to do.
    for phase in [Phase::Draining, Phase::Closed] {
        if until(drain, phase, run.as_mut()).await.is_some() {
            return;
        }
    }
}

/// The output of `run`, or `None` once the gateway has reached `phase`.
///
/// The phase is not waited for anew each time that the connection is woken: to be entered into a list that all
/// connections share costs more than to look at it.
async fn until<F: Future>(drain: &Drain, phase: Phase, mut run: Pin<&mut F>) -> Option<F::Output> {
    let mut reached = pin!(drain.reached(phase));
    let mut entered: Option<(Phase, Waker)> = None;
    poll_fn(|cx| {
        if let Poll::Ready(output) = run.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        let now = drain.phase();
        if let Some((then, waker)) = &entered
            && *then == now
            && waker.will_wake(cx.waker())
        {
            return Poll::Pending;
        }
        entered = Some((now, cx.waker().clone()));
        reached.as_mut().poll(cx).map(|()| None)
    })
    .await
}

impl<I: ClientIo, R: Respond> Connection<I, R> {
    async fn run(mut self) {
        let end = loop {
            if let Err(end) = self.serve_one().await {
                break end;
            }
        };
        self.farewell(end).await;
    }

    /// Serves one request. Another may follow unless this is how the connection ends.
    async fn serve_one(&mut self) -> Result<(), End> {
        match self.next_head().await {
            Ok(head) => self.exchange(head).await,
            Err(NoHead::Nothing) => Err(End::Gone),
            Err(NoHead::Refused(rejection)) => {
                let asked = Asked::by_nobody_knows();
                let response = self.refuse(rejection, asked);
                self.send(asked, response).await
            }
        }
    }
}
