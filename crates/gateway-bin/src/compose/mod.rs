//! From the file to the stacks: what was typed becomes what it means, or a list of everything that is wrong.
//!
//! ```text
//! load           reads a file, collects all errors
//! listeners      [listeners.*]  -> addresses to listen on
//! upstreams      [upstreams.*]  -> shared upstreams
//! layers         [layers.*]     -> shared layers
//! chain          names of layers -> layers in the order in which they run
//! fact_check     does each layer of a chain get the facts it needs?
//! ends           has each route one end, and nothing that does nothing?
//! actions        a route's end  -> its action, with
//! rewrites         its changes of path and host,
//! answers          or its answer from the file;
//! targets          both may name what the route's path caught
//! routes         [[routes]]     -> plans, with every reference resolved
//! configuration  all of it, valid
//! table          plans put together to stacks, for the edge
//! ```

mod actions;
mod answers;
mod chain;
mod configuration;
mod ends;
mod fact_check;
mod layers;
mod listeners;
mod load;
mod names;
mod plan;
mod rewrites;
mod routes;
mod table;
mod targets;
mod upstreams;

pub use configuration::{Configuration, ListenerPlan};
pub use load::load;
pub use plan::RoutePlan;
pub use table::{Route, RoutingTable};
