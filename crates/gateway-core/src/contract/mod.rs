//! The contract of a layer: what it must be, how it is built from a file, how it is put into a stack.
//!
//! A layer is an ordinary [`tower_layer::Layer`] over [`RouteService`] that never fails ([`RouteLayer`]).
//! To be usable from a file it implements [`GatewayLayer`] and is entered into a [`Registry`]. Authors who
//! want no tower at all write an [`async fn(Request, Next) -> Response`](handler()).

mod build_context;
mod built_layer;
mod conditional;
mod decision_future;
mod fact_flow;
mod gateway_layer;
mod handler;
mod mode;
mod registry;
mod resources;
mod route_layer;
mod route_service;

pub use build_context::BuildContext;
pub use built_layer::BuiltLayer;
pub use decision_future::DecisionFuture;
pub use fact_flow::FactFlow;
pub use gateway_layer::GatewayLayer;
pub use handler::{Handler, HandlerLayer, HandlerService, Next, handler};
pub use mode::Mode;
pub use registry::{Registration, Registry};
pub use resources::Resources;
pub use route_layer::RouteLayer;
pub use route_service::{Request, Response, ResponseFuture, RouteService};
