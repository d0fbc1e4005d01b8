//! From the socket to the route's stack and back.
//!
//! ```text
//! listener    binds, accepts, ends with the drain
//! connection  one client: which protocol, which deadlines, when it ends
//! sniff       HTTP/1.1 or HTTP/2, told from the first bytes
//! activity    what a connection is busy with, for its deadlines
//! edge        one request: checks its head, finds its route, runs the route's stack
//! head_scan   what the raw bytes of a head say that the parser hides
//! drain       the phases of shutting down
//! ```

mod activity;
mod catch_panic;
mod connection;
mod drain;
mod edge;
mod ending;
mod head_scan;
mod hyper_edge;
mod limits;
mod listener;
mod listener_counters;
mod sniff;
mod tracked_io;

pub use drain::{Drain, DrainTimes, Phase};
pub use edge::Edge;
pub use ending::Ending;
pub use limits::{BodyPace, ConnectionLimits};
pub use listener::Listener;
pub use listener_counters::ListenerCounters;
