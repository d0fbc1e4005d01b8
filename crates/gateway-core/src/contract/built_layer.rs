//! A layer built from a file, its type erased.

use std::sync::Arc;

use super::conditional::Conditional;
use super::{FactFlow, Mode, RouteLayer, RouteService};
use crate::expression::Condition;
use crate::observe::ObserveLayer;

/// A layer built from `[layers.NAME]`: its state, shared by every route that names it, and what all layers
/// have in common, which the layers themselves need not know of: `mode` and `when`.
#[derive(Clone)]
pub struct BuiltLayer {
    name: Arc<str>,
    type_name: &'static str,
    mode: Mode,
    when: Option<Arc<Condition>>,
    facts: FactFlow,
    layer: Arc<dyn RouteLayer>,
}

impl BuiltLayer {
    /// A built layer. `facts` are those of the layer alone; what `when` reads is added.
    pub fn new(
        name: &str,
        type_name: &'static str,
        mode: Mode,
        when: Option<Condition>,
        facts: FactFlow,
        layer: Arc<dyn RouteLayer>,
    ) -> Self {
        let facts = match &when {
            Some(condition) => facts.needs_all(condition.needs().iter().copied()),
            None => facts,
        };
        Self {
            name: name.into(),
            type_name,
            mode,
            when: when.map(Arc::new),
            facts,
            layer,
        }
    }

    /// The layer's name in the file.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The layer's `type` in the file.
    pub fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// Whether the layer acts.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Which facts the layer needs and provides.
    pub fn facts(&self) -> &FactFlow {
        &self.facts
    }

    /// The same layer in another mode, as `explain` needs it.
    #[must_use]
    pub fn with_mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Puts the layer around `inner`, as `mode` and `when` say.
    pub fn wrap(&self, inner: RouteService) -> RouteService {
        let layered = match self.mode {
            Mode::Off => return inner,
            Mode::Enforce => self.layer.wrap(inner.clone()),
            Mode::Observe => ObserveLayer::new(Arc::clone(&self.name), Arc::clone(&self.layer))
                .wrap(inner.clone()),
        };
        match &self.when {
            None => layered,
            Some(condition) => RouteService::new(Conditional {
                condition: Arc::clone(condition),
                layered,
                inner,
            }),
        }
    }
}

impl std::fmt::Debug for BuiltLayer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BuiltLayer")
            .field("name", &self.name)
            .field("type", &self.type_name)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
