//! Builds the layer as the gateway does.

use gateway_core::config::{ConfigErrors, Document, Source, Style, render};
use gateway_core::contract::{BuildContext, BuiltLayer, Mode, Registry, Resources};
use layer_ratelimit::RateLimitLayer;

/// Builds the layer `fair-use` of a file with these lines; errors come as they are shown.
pub(crate) fn build(lines: &str, mode: Mode) -> Result<BuiltLayer, String> {
    let source = Source::new("gateway.toml", format!("[layers.fair-use]\n{lines}\n"));
    let mut errors = ConfigErrors::new();
    let document = Document::parse(&source, &mut errors).expect("valid TOML");
    let table = document
        .root()
        .get("layers")
        .and_then(|layers| layers.get("fair-use"));
    let table = table.expect("the layer");
    let registry = Registry::new().with::<RateLimitLayer>();
    let registration = registry.find("rate-limit").expect("the type");
    let resources = Resources::new();
    let cx = BuildContext::new("fair-use", mode, table.span(), &resources);
    match registration.build(table, &cx) {
        Ok((facts, layer)) => Ok(BuiltLayer::new(
            "fair-use",
            "rate-limit",
            mode,
            None,
            facts,
            layer,
        )),
        Err(errors) => Err(render(&source, &errors, Style::Plain)),
    }
}
