//! Observe mode for any layer: it decides, what it would have done is recorded, the request passes as it came.
//!
//! The layer runs around a gate in the place of the inner service. Behind the gate the request
//! is put back into the form in which it arrived, whatever the layer did to it, but keeps the facts the layer
//! added. If the layer answers by itself, its answer is recorded and the request goes on without it. The
//! response is put back likewise. The inner service is called once for each request: the call belongs to a
//! flight, which outlives a layer that gives up waiting, and answers one that tries again with the same response. Bodies are not buffered: a tape keeps only what the layer
//! itself has read, and the layer's own cap bounds that.

mod audience;
mod broken;
mod current;
mod flight;
mod gate;
mod layer;
mod service;
mod tape;
#[cfg(test)]
mod tests;

pub use layer::ObserveLayer;
pub use service::ObserveService;
