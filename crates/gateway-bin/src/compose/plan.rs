//! One route with everything it refers to.

use std::sync::Arc;

use gateway_core::contract::{BuiltLayer, RouteService};
use tokio_util::task::TaskTracker;

use crate::action::{Action, Transport};

/// One route with everything it refers to.
#[derive(Clone, Debug)]
pub struct RoutePlan {
    /// The route's name in the file.
    pub name: Arc<str>,
    /// All its layers, the gateway-wide ones first, in the order in which they run.
    pub layers: Vec<BuiltLayer>,
    /// What happens to a request that the layers let pass.
    pub action: Action,
}

impl RoutePlan {
    /// Puts the layers around the action: the first in the file is the outermost. What outlives its client becomes
    /// one of `tasks`.
    pub fn stack(&self, transport: Transport<'_>, tasks: &TaskTracker) -> RouteService {
        let innermost = self.action.service(transport, tasks);
        self.layers
            .iter()
            .rfold(innermost, |inner, layer| layer.wrap(inner))
    }
}
