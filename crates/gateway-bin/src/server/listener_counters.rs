//! What a listener counts.

use gateway_core::counter::Counter;

use super::Ending;

/// What a listener counts.
#[derive(Debug, Default)]
pub struct ListenerCounters {
    /// Connections accepted.
    pub accepted: Counter,
    /// Times that accepting failed, as when no more files can be opened.
    pub failed_accepts: Counter,
    /// Header fields dropped because of `_` in their name.
    pub dropped_fields: Counter,
    /// Connections that switched to WebSocket.
    pub tunnels: Counter,
    endings: [Counter; Ending::ALL.len()],
}

impl ListenerCounters {
    /// How often the gateway itself ended a connection, or a stream of one, for this reason.
    pub fn ended(&self, reason: Ending) -> &Counter {
        &self.endings[reason as usize]
    }
}
