//! The right to one stream of a connection.

use std::sync::Arc;

use super::connection::Http2Connection;

/// The right to one stream of a connection, for as long as it is kept. Whoever waits for one gets it next.
#[derive(Debug)]
pub(super) struct Slot {
    connection: Arc<Http2Connection>,
    is_offered: bool,
}

impl Slot {
    /// A stream that `connection` has [reserved](Http2Connection::reserve).
    pub(super) fn new(connection: Arc<Http2Connection>) -> Self {
        Self {
            connection,
            is_offered: true,
        }
    }

    /// The connection of the stream.
    pub(super) fn connection(&self) -> &Arc<Http2Connection> {
        &self.connection
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
