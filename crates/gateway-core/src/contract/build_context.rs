//! What a layer learns of its surroundings while it is built.

use std::sync::Arc;

use super::{Mode, Resources};
use crate::config::Span;

/// What a layer learns of its surroundings while it is built.
#[derive(Debug)]
pub struct BuildContext<'a> {
    name: &'a str,
    mode: Mode,
    span: Span,
    resources: &'a Resources,
}

impl<'a> BuildContext<'a> {
    /// The surroundings of the layer `name`, whose name stands at `span` in the file.
    pub fn new(name: &'a str, mode: Mode, span: Span, resources: &'a Resources) -> Self {
        Self {
            name,
            mode,
            span,
            resources,
        }
    }

    /// The name of the layer in the file.
    pub fn name(&self) -> &str {
        self.name
    }

    /// The mode of the layer. Acting on it is not the layer's business; it may save work by knowing.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Where the layer's name stands in the file, for findings that concern the layer as a whole.
    pub fn span(&self) -> Span {
        self.span
    }

    /// What a section of the file defined for all layers, if it did.
    pub fn resource<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.resources.get()
    }
}
