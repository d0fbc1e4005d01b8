//! From the socket to the route's stack and back.
//!
//! ```text
//! listener    binds, accepts, ends with the drain
//! seats       how many clients a listener has, and may have
//! connection  one client: which protocol it speaks
//! sniff       HTTP/1.1 or HTTP/2, told from the first bytes
//! http1       clients that speak HTTP/1.1
//! http2       clients that speak HTTP/2
//! respond     who answers the requests of a connection: the edge
//! edge        one request: checks its head, finds its route, runs the route's stack
//! tunnel      a connection or stream that has switched to WebSocket, joined with its upstream
//!
//! limits      what a listener allows one connection
//! body_pace   how slowly a client may send a body, and how slowly it does
//! ending      why the gateway itself ends a connection, each reason with a counter
//! drain       the phases of shutting down
//! date        the `Date` of answers
//! ```

mod bind;
mod body_pace;
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
mod respond;
mod seats;
mod sniff;
#[cfg(test)]
mod testing;
mod tunnel;

pub(crate) use bind::bind;
pub use body_pace::BodyPace;
pub use drain::{Drain, DrainTimes, Phase};
pub use edge::Edge;
pub use ending::Ending;
pub use limits::ConnectionLimits;
pub use listener::Listener;
pub use listener_counters::ListenerCounters;
pub use rejection_counters::RejectionCounters;
pub use seats::Seats;
