//! One request and its response.

use std::sync::Arc;
use std::task::{Context, Poll};

use axum_core::body::Body;
use bytes::Bytes;
use gateway_core::deadline::Alarm;
use gateway_core::facts::Upgrade;
use gateway_core::head::framing;
use gateway_core::head::trailers::Announced;
use h2::client::ResponseFuture;
use h2::{RecvStream, SendStream};
use http::{Method, Request, Response};
use http_body::Body as _;
use tokio::time::Instant;

use super::super::deadline::Deadline;
use super::super::interim::InterimResponses;
use super::super::replay::Replay;
use super::super::sending::Sending;
use super::super::wishes::Wishes;
use super::lost::{Lost, Retries};
use super::pace::Pace;
use super::pool::Http2Pool;
use super::response_body::ResponseBody;
use super::slot::Slot;
use super::upload::Upload;
use super::websocket;
use crate::counters::UpstreamCounters;
use crate::failure::Failure;
use crate::flight::Flight;
use crate::response_head;
use crate::retry::{Budget, Comeback, HandedBack};

impl Http2Pool {
    /// Sends a request over a connection that has room, and once more where that does no harm.
    pub(crate) async fn exchange(
        self: Arc<Self>,
        sending: Sending,
    ) -> Result<Response<Body>, Failure> {
        if let Some(Upgrade::WebSocket) = sending.wishes.upgrade {
            return websocket::exchange(self, sending).await;
        }
        let Sending {
            request,
            wishes,
            deadline,
            flight,
            comeback,
        } = sending;
        let (head, body) = request.into_parts();
        let head = Request::from_parts(head, ());
        let budget = flight.endpoint().retry_budget();
        let sent = self.send(&head, body, &wishes, deadline, budget).await;
        let (mut exchange, response) = match sent {
            Ok(sent) => sent,
            Err(unsent) => return Err(unsent.give_back(head, wishes, comeback, self.counters())),
        };
        exchange.carry(flight);
        let method = head.method().clone();
        let handed_back = exchange.take_back(&response, head, wishes, comeback, self.counters());
        let mut response = receive(&method, response, exchange, deadline)?;
        if let Some(handed_back) = handed_back {
            response.extensions_mut().insert(handed_back);
        }
        Ok(response)
    }

    /// Sends a request until a response begins. What may have been processed is sent again within `budget`.
    pub(super) async fn send(
        self: &Arc<Self>,
        head: &Request<()>,
        body: Body,
        wishes: &Wishes,
        deadline: Deadline,
        budget: &Budget,
    ) -> Result<(Exchange, Response<RecvStream>), Unsent> {
        let mut body = Replay::new(body);
        let mut retries = Retries::default();
        let mut was_sent = false;
        let mut slot = match self.slot(deadline.connect(), None).await {
            Ok(slot) => slot,
            Err(failure) => return Err(Unsent { failure, body }),
        };
        loop {
            if head.method() == Method::CONNECT {
                let checked = websocket::check(slot.connection(), deadline).await;
                if let Err(failure) = checked {
                    return Err(Unsent { failure, body });
                }
            }
            if slot.connection().serve() {
                self.counters().reused.increment();
            }
            let connection = Arc::clone(slot.connection());
            let (lost, left) = match Exchange::begin(slot, head, body) {
                Ok(mut exchange) => {
                    let Some(outcome) = exchange.head(wishes, self.counters(), deadline).await
                    else {
                        let failure = Failure::timeout(exchange.awaits_client());
                        let body = exchange.take_body();
                        return Err(Unsent { failure, body });
                    };
                    match outcome {
                        Ok(response) => {
                            connection.set_refused(false);
                            return Ok((exchange, response));
                        }
                        Err(lost) => (lost, exchange.take_body()),
                    }
                }
                Err((error, left)) => (Lost::Unprocessed(error), left),
            };
            body = left;
            was_sent |= lost.may_have_been_sent();
            match &lost {
                Lost::Unprocessed(error) if error.is_reset() => {
                    connection.set_refused(true);
                    self.counters().streams_refused.increment();
                }
                Lost::Unprocessed(_) | Lost::Connection(_) => _ = connection.close(),
                _ => {}
            }
            let is_idempotent = head.method().is_idempotent();
            let may_be_sent_again = retries.allow(&lost, is_idempotent, body.rewind())
                && (!lost.may_have_been_sent() || budget.take(Instant::now()));
            if !may_be_sent_again {
                let failure = lost.into_failure(was_sent);
                return Err(Unsent { failure, body });
            }
            self.counters().retried.increment();
            slot = match self.slot(deadline.connect(), Some(&connection)).await {
                Ok(slot) => slot,
                Err(failure) => return Err(Unsent { failure, body }),
            };
        }
    }
}

/// A request that has not come to a response.
#[derive(Debug)]
pub(super) struct Unsent {
    failure: Failure,
    body: Replay,
}

impl Unsent {
    /// The request with `head` as it came, with the failure, if it is wanted back after that.
    pub(super) fn give_back(
        self,
        head: Request<()>,
        wishes: Wishes,
        comeback: Option<Comeback>,
        counters: &UpstreamCounters,
    ) -> Failure {
        match comeback {
            Some(comeback) => {
                let (head, ()) = head.into_parts();
                let body = self.body.into_body();
                comeback.after_failure(self.failure, head, body, wishes, counters)
            }
            None => self.failure,
        }
    }
}

/// What goes to the endpoint after the head.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// Nothing.
    Nothing,
    /// A body.
    Upload(Box<Upload>),
    /// What a tunnel carries, once there is one.
    Tunnel(SendStream<Bytes>),
}

/// One request, sent over a stream, whose response is awaited or being read. Dropped, it cancels what is left.
#[derive(Debug)]
pub(super) struct Exchange {
    response: ResponseFuture,
    outgoing: Outgoing,
    pace: Option<Arc<Pace>>,
    interim: InterimResponses,
    alarm: Alarm,
    /// After the stream: it is free when that has ended.
    slot: Slot,
}

impl Exchange {
    /// Sends `head` over the stream of `slot`, to be followed by `body`; returns that where it cannot be.
    fn begin(slot: Slot, head: &Request<()>, body: Replay) -> Result<Self, (h2::Error, Replay)> {
        let is_tunnel = head.method() == Method::CONNECT;
        let is_all = body.is_end_stream() && !is_tunnel;
        let (response, stream) = match slot.connection().send(head.clone(), is_all) {
            Ok(sent) => sent,
            Err(error) => return Err((error, body)),
        };
        let mut pace = None;
        let outgoing = if is_tunnel {
            Outgoing::Tunnel(stream)
        } else if is_all {
            Outgoing::Nothing
        } else {
            let pace = Arc::clone(pace.insert(Arc::new(Pace::new())));
            let announced = Announced::by(head.headers());
            Outgoing::Upload(Box::new(Upload::new(stream, body, announced, pace)))
        };
        Ok(Self {
            response,
            outgoing,
            pace,
            interim: InterimResponses::default(),
            alarm: Alarm::default(),
            slot,
        })
    }

    /// The head of the response, or `None` where it does not come in time.
    async fn head(
        &mut self,
        wishes: &Wishes,
        counters: &UpstreamCounters,
        deadline: Deadline,
    ) -> Option<Result<Response<RecvStream>, Lost>> {
        let mut alarm = std::mem::take(&mut self.alarm);
        let pace = self.pace.clone();
        let head = std::future::poll_fn(|cx| self.poll_head(wishes, counters, cx));
        let head = alarm.guard(head, || match &pace {
            Some(pace) => deadline.head(pace.last_moved()),
            None => deadline.head(deadline.start()),
        });
        let head = head.await;
        self.alarm = alarm;
        head
    }

    fn poll_head(
        &mut self,
        wishes: &Wishes,
        counters: &UpstreamCounters,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Response<RecvStream>, Lost>> {
        if let Outgoing::Upload(upload) = &mut self.outgoing
            && let Poll::Ready(Err(error)) = upload.poll(cx)
        {
            return Poll::Ready(Err(Lost::RequestBody(error)));
        }
        while let Poll::Ready(Some(interim)) = self.response.poll_informational(cx) {
            let head = match interim {
                Ok(interim) => interim.into_parts().0,
                Err(error) => return Poll::Ready(Err(self.lost(error))),
            };
            self.interim
                .take(head.status, head.headers, wishes, counters)?;
        }
        let response = std::pin::Pin::new(&mut self.response).poll(cx);
        response.map_err(|error| self.lost(error))
    }

    /// An endpoint that has begun to answer has begun to process.
    fn lost(&self, error: h2::Error) -> Lost {
        match Lost::from(error) {
            Lost::Unprocessed(error) | Lost::Connection(error) if !self.interim.is_none() => {
                Lost::Reset(error)
            }
            lost => lost,
        }
    }

    /// The request with `head` as it came, if it is wanted back after `response`. While the client is still sending,
    /// the rest of the body belongs to that response.
    pub(super) fn take_back(
        &mut self,
        response: &Response<RecvStream>,
        head: Request<()>,
        wishes: Wishes,
        comeback: Option<Comeback>,
        counters: &UpstreamCounters,
    ) -> Option<HandedBack> {
        let comeback = comeback?;
        let verdict = comeback.is_wanted_after(response.status(), response.headers())?;
        let is_sent = match &self.outgoing {
            // Nothing is sent through a tunnel that was not granted.
            Outgoing::Nothing | Outgoing::Tunnel(_) => true,
            Outgoing::Upload(upload) => upload.is_over(),
        };
        let body = if is_sent {
            self.take_body().into_body()
        } else {
            None
        };
        let (head, ()) = head.into_parts();
        comeback.hand_back(verdict, head, body, wishes, counters)
    }

    /// It is that of `flight`, until the response has ended.
    pub(super) fn carry(&mut self, flight: Flight) {
        self.slot.carry(flight);
    }

    fn awaits_client(&self) -> bool {
        self.pace.as_ref().is_some_and(|pace| pace.awaits_client())
    }

    /// What is needed to send the body again.
    fn take_body(&mut self) -> Replay {
        match &mut self.outgoing {
            Outgoing::Upload(upload) => upload.take_body(),
            Outgoing::Nothing | Outgoing::Tunnel(_) => Replay::new(Body::empty()),
        }
    }

    /// What is left of the exchange once the response has begun.
    pub(super) fn into_parts(self) -> (Outgoing, Option<Arc<Pace>>, Alarm, Slot) {
        (self.outgoing, self.pace, self.alarm, self.slot)
    }
}

/// The response that the client gets.
pub(super) fn receive(
    method: &Method,
    response: Response<RecvStream>,
    exchange: Exchange,
    deadline: Deadline,
) -> Result<Response<Body>, Failure> {
    let (mut head, stream) = response.into_parts();
    response_head::admit(&mut head).map_err(|error| Failure::malformed(&error))?;
    // The length of such a response is that of another one; the stream's end may come in its own frame.
    let has_body = method != Method::HEAD && !framing::is_bodiless(head.status);
    let body = if has_body {
        ResponseBody::wrap(stream, &head.headers, exchange, deadline)
    } else {
        Body::empty()
    };
    Ok(Response::from_parts(head, body))
}
