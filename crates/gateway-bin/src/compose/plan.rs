//! One route with everything it refers to.

use std::sync::Arc;

use gateway_core::contract::{BuiltLayer, RouteService};

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
    /// Puts the layers around the action: the first in the file is the outermost.
    pub fn stack(&self, transport: Transport<'_>) -> RouteService {
        let innermost = self.action.service(transport);
        self.layers
            .iter()
            .rfold(innermost, |inner, layer| layer.wrap(inner))
    }
}
