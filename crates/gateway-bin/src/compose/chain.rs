//! Layers in the order in which they run.

use gateway_core::config::{ConfigError, ConfigErrors, Located, Span};
use gateway_core::contract::BuiltLayer;

use super::names::Names;

/// Layers in the order in which they run.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain(Vec<Link>);

/// One layer of a chain.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// The layer; `None` where nothing is known of it, since it has errors of its own or does not exist.
    pub(super) layer: Option<BuiltLayer>,
    /// The place that names it.
    pub(super) span: Span,
}

impl Chain {
    /// This chain, going on with the layers that `names` refer to.
    pub(super) fn then(
        &self,
        names: &[Located<String>],
        known: &Names<BuiltLayer>,
        errors: &mut ConfigErrors,
    ) -> Self {
        let mut chain = self.clone();
        for name in names {
            let layer = errors.take(known.resolve(name)).flatten().cloned();
            if let Some(layer) = &layer
                && let Some(first) = chain.place_of(layer.name())
            {
                errors.push(repeated(name, first));
            }
            chain.0.push(Link {
                layer,
                span: name.span(),
            });
        }
        chain
    }

    /// The layers and their places.
    pub(super) fn links(&self) -> &[Link] {
        &self.0
    }

    /// The layers, if all of them are known.
    pub(super) fn into_layers(self) -> Option<Vec<BuiltLayer>> {
        self.0.into_iter().map(|link| link.layer).collect()
    }

    fn place_of(&self, name: &str) -> Option<Span> {
        let is_named = |link: &&Link| {
            link.layer
                .as_ref()
                .is_some_and(|layer| &**layer.name() == name)
        };
        self.0.iter().find(is_named).map(|link| link.span)
    }
}

fn repeated(name: &Located<String>, first: Span) -> ConfigError {
    ConfigError::new(format!("layer `{}` would run twice", **name))
        .at(name.span())
        .related(first, "it runs here already")
        .help("name it once; to do the same thing twice, give the second a section of its own")
}
