//! Which endpoint is next: pure, without clock or socket. An upstream builds a [`Picker`] from a [`Balance`] (how) and
//! its [`Candidate`]s (among which), and asks it for each request.
//!
//! All methods choose by weight, within the first tier of priorities that can take the request:
//!
//! | method | of which | paid for by |
//! |---|---|---|
//! | least request | two that are drawn, the one with fewer requests in flight | |
//! | round robin | the next in a circle | one contended atomic |
//! | peak EWMA | two that are drawn, the one with less latency × requests | a look at the clock |
//! | random | one that is drawn | |
//! | hash | the one that the key belongs to, or the next where it has too much to do | a table that is slow to build |
//! | sticky | the one that the client's cookie names, or else by least request | HMAC |

mod affinity;
mod alias_table;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod balance;
mod bounded_hash;
mod candidate;
mod choice;
mod hash_key;
mod least_cost;
mod least_request;
mod measured;
mod method;
mod peak_ewma;
mod picker;
mod priority;
mod rendezvous;
mod round_robin;
mod slot;
pub mod slow_start;
mod stable_hash;
mod sticky_cookie;
mod tie;
mod tier;
mod tried;
mod two_choices;

pub use affinity::Affinity;
pub use balance::Balance;
pub use candidate::Candidate;
pub use choice::Choice;
pub use hash_key::HashKey;
pub use measured::Measured;
pub use peak_ewma::PeakEwma;
pub use picker::Picker;
pub use stable_hash::stable_hash;
pub(crate) use tie::Tie;
pub use tried::Tried;
