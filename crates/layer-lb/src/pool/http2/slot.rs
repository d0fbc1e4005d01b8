//! The right to one stream of a connection.

use std::sync::Arc;

use super::connection::Http2Connection;
use crate::flight::Flight;

/// The right to one stream of a connection, for as long as it is kept. Whoever waits for one gets it next.
#[derive(Debug)]
pub(super) struct Slot {
    connection: Arc<Http2Connection>,
    is_offered: bool,
    /// The request that has it.
    flight: Option<Flight>,
}

impl Slot {
    /// A stream that `connection` has [reserved](Http2Connection::reserve).
    pub(super) fn new(connection: Arc<Http2Connection>) -> Self {
        Self {
            connection,
            is_offered: true,
            flight: None,
        }
    }

    /// The connection of the stream.
    pub(super) fn connection(&self) -> &Arc<Http2Connection> {
        &self.connection
    }

    /// The stream is that of `flight`, until it has ended.
    pub(super) fn carry(&mut self, flight: Flight) {
        self.flight = Some(flight);
    }

    /// Returns the stream without a look at who waits.
    pub(super) fn forgo(mut self) {
        self.is_offered = false;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.connection.release();
        if self.is_offered {
            self.connection.offer();
        }
    }
}
