//! From the file to the stacks: what was typed becomes what it means, or a list of everything that is wrong.
//!
//! ```text
//! load           reads a file, collects all errors
//! upstreams      [upstreams.*]  -> shared upstreams
//! layers         [layers.*]     -> shared layers
//! actions        a route's end  -> its action
//! routes         [[routes]]     -> plans, with every reference resolved
//! fact_check     does each layer of a route get the facts it needs?
//! configuration  all of it, valid
//! table          plans put together to stacks, for the edge
//! ```

mod actions;
mod configuration;
mod fact_check;
mod layers;
mod load;
mod names;
mod plan;
mod routes;
mod table;
mod upstreams;

pub use configuration::{Configuration, ListenerPlan};
pub use load::load;
pub use plan::RoutePlan;
pub use table::{Route, RoutingTable};
