//! `[layers.*]` become shared layers.

use gateway_core::config::{ConfigErrors, Located};
use gateway_core::contract::{BuildContext, BuiltLayer, Resources};

use super::names::Names;
use crate::file::{LayerSection, Named};

/// Builds each layer once, so that all routes which name it share its state.
pub(super) fn build(
    sections: Vec<Named<LayerSection>>,
    resources: &Resources,
    errors: &mut ConfigErrors,
) -> Names<BuiltLayer> {
    let layers = sections.into_iter().map(|section| {
        let element = section.element;
        let layer = element.and_then(|element| {
            let built = build_one(&section.name, element, resources);
            errors.take(built)
        });
        (section.name.into_inner(), layer)
    });
    Names::new("layer", layers)
}

fn build_one(
    name: &Located<String>,
    section: LayerSection,
    resources: &Resources,
) -> Result<BuiltLayer, ConfigErrors> {
    let LayerSection {
        config,
        registration,
        table,
    } = section;
    let cx = BuildContext::new(name, config.mode, name.span(), resources);
    let (facts, layer) = registration.build(&table, &cx)?;
    let type_name = registration.type_name();
    Ok(BuiltLayer::new(
        name,
        type_name,
        config.mode,
        config.when,
        facts,
        layer,
    ))
}
