//! One client's connection, from request to request.

use std::sync::Arc;

use gateway_core::contract::Response;
use gateway_core::deadline::{Alarm, end_of_life};
use gateway_core::http1::{HeadBounds, HeadReader};
use gateway_core::rejection::Rejection;
use http::Extensions;
use http::response::Parts;
use tokio::time::Instant;

use super::asked::Asked;
use super::client_io::ClientIo;
use super::interim::Hints;
use super::output::Output;
use super::wire::Shared;
use crate::server::respond::Respond;
use crate::server::{ConnectionLimits, Drain, Ending, ListenerCounters, Phase};

/// One client's connection, from request to request.
pub(super) struct Connection<I: ClientIo, R: Respond> {
    pub(super) respond: R,
    pub(super) shared: Arc<Shared<I>>,
    pub(super) heads: HeadReader,
    /// Empty: for the facts of the next request.
    pub(super) extensions: Extensions,
    pub(super) hints: Hints<I>,
    pub(super) output: Output,
    /// The one timer of the connection.
    pub(super) alarm: Alarm,
    pub(super) limits: ConnectionLimits,
    pub(super) counters: Arc<ListenerCounters>,
    pub(super) drain: Drain,
    /// The client has taken something since it sends no more: it has not left.
    pub(super) is_heard: bool,
    /// How many requests have come.
    pub(super) requests: u64,
    pub(super) opened: Instant,
    /// When it will be old.
    pub(super) expires: Instant,
}

impl<I: ClientIo, R: Respond> Connection<I, R> {
    pub(super) fn new(
        io: I,
        respond: R,
        limits: ConnectionLimits,
        counters: Arc<ListenerCounters>,
        drain: Drain,
    ) -> Self {
        let shared = Shared::new(io);
        let opened = Instant::now();
        Self {
            respond,
            heads: HeadReader::new(HeadBounds {
                size: limits.header_size,
                fields: limits.fields,
            }),
            extensions: Extensions::new(),
            hints: Hints::new(&shared),
            shared,
            output: Output::default(),
            alarm: Alarm::default(),
            limits,
            counters,
            drain,
            is_heard: false,
            requests: 0,
            opened,
            expires: end_of_life(opened, limits.max_age),
        }
    }

    pub(super) fn is_draining(&self) -> bool {
        self.drain.phase() >= Phase::Draining
    }

    /// Keeps the space of a head that has been written for the next one.
    pub(super) fn reuse(&mut self, mut head: Parts) {
        self.heads.reuse(head.headers);
        head.extensions.clear();
        self.extensions = head.extensions;
    }

    /// The answer that refuses a request.
    pub(super) fn refuse(&self, rejection: Rejection, asked: Asked) -> Response {
        self.respond.refuse(rejection, asked.format)
    }

    /// Notes that the gateway ends the connection, and why.
    pub(super) fn note(&self, ending: Ending) {
        tracing::debug!("closing: {ending}");
        self.counters.ended(ending).increment();
    }
}
