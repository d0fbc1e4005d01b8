//! What an HTTP/2 connection is allowed, as h2 wants to be told.

use h2::server::Builder;

use crate::server::ConnectionLimits;

/// Flow-control window of one stream.
const STREAM_WINDOW: u32 = 64 * 1024;
/// Flow-control window of one connection.
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Bytes of an answer that h2 may hold for one stream, on top of what the socket holds.
const SEND_BUFFER: usize = 64 * 1024;
/// Streams that may wait to be looked at, already reset by the client.
const PENDING_RESETS: usize = 20;
/// Streams that may end by a fault of the client's on one connection; refused ones are among them, and a client
/// that does not know our limit yet may well begin too many.
const FAULTS: usize = 1024;
/// What small DATA frames that nobody has taken may lack of 256 bytes, all together; beyond it the connection ends. Those
/// that wait for a reader are gathered long before (`intake`), so that h2 holds some 2700 at most: 1024, and what one read
/// brings. What counts are those on streams that are answered already, which cost time but no memory.
const SMALL_FRAMES: usize = 4 * 1024 * 1024;

/// The settings of a connection.
pub(super) fn builder(limits: &ConnectionLimits) -> Builder {
    let mut builder = Builder::new();
    builder
        .max_concurrent_streams(limits.streams)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(u32::try_from(limits.header_size).unwrap_or(u32::MAX))
        .max_send_buffer_size(SEND_BUFFER)
        .max_pending_accept_reset_streams(PENDING_RESETS)
        .max_local_error_reset_streams(Some(FAULTS))
        .data_frame_budget(SMALL_FRAMES)
        .enable_connect_protocol();
    builder
}
