//! Load balancing while endpoints fail, shown at the real binary: two endpoints, processes of their own, at 2,000
//! GETs a second from clients that do not wait for each other, with POSTs among them that must not be made twice.
//!
//! What is required of each trouble:
//!
//! - **No GET fails.** One whose body is cut is seen as cut, never as whole.
//! - **No POST is made twice**, by the endpoints' own journals.
//! - **A POST fails only where the endpoint may have received it.** A POST that was sent to an endpoint which then
//!   dies or freezes has no answer, and nobody can know whether it was made, so that it must not be sent again. The
//!   client is told so (`upstream/reset`, `upstream/timeout`), or gets what the endpoint itself has answered (503).
//!   How many these were stands in the figures, and that they end soon is required too.
//!
//! Each test prints its figures, and runs alone. An unoptimised gateway can do it too, on a machine that does nothing
//! else meanwhile.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "what goes wrong here fails a test, which tells its figures"
)]

mod closing;
mod cutting;
mod findings;
mod frozen;
mod killed;
mod load;
mod outage;
mod protocol;
mod record;
mod scripted;
mod steady;
mod trial;
mod unavailable;
mod wire;
