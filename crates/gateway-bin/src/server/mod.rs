//! From the socket to the route's stack and back.
//!
//! ```text
//! listener    binds, accepts, ends with the drain
//! connection  one client: which protocol, which deadlines, when it ends
//! sniff       HTTP/1.1 or HTTP/2, told from the first bytes
//! http1       clients that speak HTTP/1.1
//! http2       clients that speak HTTP/2
//! seats       how many clients a listener has, and may have
//! edge        one request: checks its head, finds its route, runs the route's stack
//! date        the `Date` of responses
//! alarm       the one timer of a connection
//! drain       the phases of shutting down
//! tunnel      a connection that has switched to WebSocket, joined with its upstream
//! ```

mod alarm;
mod bind;
mod catch_panic;
mod connection;
mod date;
mod drain;
mod edge;
mod ending;
mod http1;
mod http2;
mod limits;
mod listener;
mod listener_counters;
mod occasional;
mod rejection_counters;
mod seats;
mod sniff;
mod tunnel;

pub(crate) use bind::bind;
pub use drain::{Drain, DrainTimes, Phase};
pub use edge::Edge;
pub use ending::Ending;
pub use limits::{BodyPace, ConnectionLimits};
pub use listener::Listener;
pub use listener_counters::ListenerCounters;
pub use rejection_counters::RejectionCounters;
pub use seats::Seats;
