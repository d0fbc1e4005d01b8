//! One request and its answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use gateway_core::contract::Response;
use gateway_core::facts::Tunnel;
use gateway_core::rejection::Format;
use h2::Reason;
use http::{StatusCode, header};
use tokio::time::Instant;

use super::answer_body::AnswerBody;
use super::answer_head;
use super::intake::{Gatherer, Intake};
use super::malformed::is_refusal_of_malformed;
use super::reply::Reply;
use super::request_pace::RequestPace;
use super::stream_end::StreamEnd;
use super::tunnel_io::TunnelIo;
use super::tunneling::Tunneling;
use super::unread::Answered;
use super::watch::Seen;
use crate::rejection;
use crate::server::respond::Respond;
use crate::server::{ConnectionLimits, Ending};

/// One request and its answer, from head to end. Dropped, it cancels what is left of both.
pub(super) struct Stream<A> {
    stage: Stage<A>,
    reply: Arc<Reply>,
    gatherer: Gatherer,
    began: Instant,
    /// Wakes it, once it waits.
    waker: Option<Waker>,
}

enum Stage<A> {
    Answering(Answering<A>),
    Sending(AnswerBody),
    Tunneling(Pin<Box<dyn Future<Output = ()> + Send>>),
    Ended(StreamEnd),
}

/// A request without an answer.
struct Answering<A> {
    answer: Answer<A>,
    reply: Arc<Reply>,
    pace: Option<Arc<RequestPace>>,
    upgrade: Option<(Intake, Tunneling)>,
}

enum Answer<A> {
    Edge(A),
    Refusal(Response),
}

/// What is left of a stream.
pub(super) struct Ended {
    pub(super) end: StreamEnd,
    /// How long it has lasted.
    pub(super) age: Duration,
    /// What keeps the stream open, which is not at its end.
    pub(super) answered: Option<Answered>,
}

impl<A> Stream<A>
where
    A: Future<Output = Response> + Unpin,
{
    /// Awaits `answer` to what has come in.
    pub(super) fn new(
        answer: A,
        reply: Arc<Reply>,
        pace: Option<Arc<RequestPace>>,
        upgrade: Option<(Intake, Tunneling)>,
        gatherer: Gatherer,
    ) -> Self {
        Self {
            reply: Arc::clone(&reply),
            gatherer,
            stage: Stage::Answering(Answering {
                answer: Answer::Edge(answer),
                reply,
                pace,
                upgrade,
            }),
            began: Instant::now(),
            waker: None,
        }
    }

    /// Looks at the deadlines of the stream: when to look again, if it waits for the client at all. `seen` is what
    /// was noted of the connection; `respond` refuses what comes too slowly.
    ///
    /// # Errors
    /// A deadline has passed, and the stream has drawn the consequence.
    pub(super) fn check(
        &mut self,
        respond: &impl Respond,
        limits: &ConnectionLimits,
        seen: &Seen,
        now: Instant,
    ) -> Result<Option<Instant>, Ending> {
        match &mut self.stage {
            Stage::Answering(answering) => {
                let (Answer::Edge(_), Some(pace)) = (&answering.answer, &answering.pace) else {
                    return Ok(None);
                };
                let deadline = pace.deadline(limits.body, seen.partial_data, now);
                if deadline.is_some() {
                    return Ok(deadline);
                }
                pace.end();
                // What is being done with the request is given up.
                let refusal = respond.refuse(rejection::body_too_slow(), Format::Problem);
                answering.answer = Answer::Refusal(refusal);
                self.wake();
                Err(Ending::Body)
            }
            Stage::Sending(body) => {
                // While nothing passes at all, that is the connection's affair.
                let (Some(since), None) = (body.blocked(), seen.blocked) else {
                    return Ok(None);
                };
                let deadline = since + limits.write_timeout;
                if deadline > now {
                    return Ok(Some(deadline));
                }
                body.cut(Reason::CANCEL);
                self.stage = Stage::Ended(StreamEnd::Cut);
                self.wake();
                Err(Ending::Write)
            }
            Stage::Tunneling(_) | Stage::Ended(_) => Ok(None),
        }
    }

    /// Gathers what has come of the request and waits for its reader.
    pub(super) fn gather(&self) {
        self.gatherer.gather();
    }

    /// What keeps the stream open, if it was answered and is not at its end.
    fn answered(&mut self, end: StreamEnd) -> Option<Answered> {
        // What is left of the request goes with the stage, and says whether its body was left unread.
        let malformed = match std::mem::replace(&mut self.stage, Stage::Ended(end)) {
            Stage::Sending(body) => body.into_endless().map(Answered::Malformed),
            _ => None,
        };
        let unread = || self.reply.take_unread();
        malformed.or_else(|| unread().map(|stream| Answered::Unread { _stream: stream }))
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl<A> Future for Stream<A>
where
    A: Future<Output = Response> + Unpin,
{
    type Output = Ended;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            let ended = match &mut self.stage {
                Stage::Answering(answering) => match answering.poll(cx) {
                    Poll::Ready(next) => {
                        self.stage = next;
                        continue;
                    }
                    Poll::Pending => Poll::Pending,
                },
                Stage::Sending(body) => body.poll(cx),
                Stage::Tunneling(tunnel) => tunnel.as_mut().poll(cx).map(|()| StreamEnd::Complete),
                Stage::Ended(end) => Poll::Ready(*end),
            };
            if ended.is_pending() && self.waker.is_none() {
                self.waker = Some(cx.waker().clone());
            }
            return ended.map(|end| Ended {
                end,
                age: self.began.elapsed(),
                answered: self.answered(end),
            });
        }
    }
}

impl<A> Answering<A>
where
    A: Future<Output = Response> + Unpin,
{
    /// The next stage: the answer has begun, or is whole, or nobody waits for it any more.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Stage<A>> {
        let answered = match &mut self.answer {
            Answer::Edge(answer) => Pin::new(answer).poll(cx),
            Answer::Refusal(refusal) => Poll::Ready(std::mem::take(refusal)),
        };
        let Poll::Ready(response) = answered else {
            let lost = self.reply.poll_lost(cx);
            return lost.map(|()| Stage::Ended(StreamEnd::Lost));
        };
        let sent = if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            self.switch(response)
        } else {
            self.send(response)
        };
        Poll::Ready(sent.unwrap_or_else(|| Stage::Ended(StreamEnd::Lost)))
    }

    /// Sends the head; `None` if the stream is no more.
    fn send(&mut self, response: Response) -> Option<Stage<A>> {
        let mut sender = self.reply.take()?;
        let is_malformed = is_refusal_of_malformed(&response);
        let Some((head, body)) = answer_head::split(response) else {
            tracing::debug!("an interim answer came as the answer");
            sender.send_reset(Reason::INTERNAL_ERROR);
            return Some(Stage::Ended(StreamEnd::Cut));
        };
        if is_malformed {
            // §8.1.1 lets a malformed request be answered, but its stream must be reset all the same.
            let stream = sender.send_response(head, false).ok()?;
            let body = AnswerBody::new(body.unwrap_or_default(), stream);
            return Some(Stage::Sending(body.endless()));
        }
        match (sender.send_response(head, body.is_none()), body) {
            (Ok(stream), Some(body)) => Some(Stage::Sending(AnswerBody::new(body, stream))),
            (Ok(_), None) => Some(Stage::Ended(StreamEnd::Complete)),
            (Err(error), _) => {
                tracing::debug!(%error, "an answer could not be sent");
                sender.send_reset(Reason::INTERNAL_ERROR);
                None
            }
        }
    }

    /// Makes a tunnel of the stream (RFC 8441, section 5): what is `101` in HTTP/1.1 is `200` here.
    fn switch(&mut self, mut response: Response) -> Option<Stage<A>> {
        let mut sender = self.reply.take()?;
        let tunnel = response.extensions_mut().remove::<Tunnel>();
        let (Some((intake, tunneling)), Some(tunnel)) = (self.upgrade.take(), tunnel) else {
            tracing::debug!("a protocol was switched that nobody asked to switch");
            sender.send_reset(Reason::INTERNAL_ERROR);
            return Some(Stage::Ended(StreamEnd::Cut));
        };
        *response.status_mut() = StatusCode::OK;
        *response.body_mut() = axum::body::Body::empty();
        response.headers_mut().remove(header::CONTENT_LENGTH);
        let (head, _) = answer_head::split(response)?;
        let stream = sender.send_response(head, false).ok()?;
        let joined = tunneling.join(TunnelIo::new(intake, stream), &tunnel)?;
        Some(Stage::Tunneling(joined))
    }
}
