//! A connection or stream that has switched to WebSocket, joined with its upstream.
//!
//! ```text
//! run             the life of a tunnel: until it has ended, rested for too long, or is drained
//! joint           both directions
//! direction       one direction: reads, writes, and says last words where a frame ends
//! frame_boundary  where frames end
//! close_frame     what the gateway itself says
//! ```

mod close_frame;
mod direction;
mod frame_boundary;
mod joint;
mod run;
#[cfg(test)]
mod tests;

pub(super) use run::run;
