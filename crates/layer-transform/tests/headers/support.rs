//! Builds the layer as the gateway does.

use gateway_core::config::{ConfigErrors, Document, Source, Style, render};
use gateway_core::contract::{BuildContext, BuiltLayer, Mode, Registry, Resources};
use layer_transform::headers::HeadersLayer;

/// Builds the layer `tidy` of a file with these lines; errors come as they are shown.
pub(crate) fn build(lines: &str, mode: Mode) -> Result<BuiltLayer, String> {
    let source = Source::new("gateway.toml", format!("[layers.tidy]\n{lines}\n"));
    let mut errors = ConfigErrors::new();
    let document = Document::parse(&source, &mut errors).expect("valid TOML");
    let table = document
        .root()
        .get("layers")
        .and_then(|layers| layers.get("tidy"));
    let table = table.expect("the layer");
    let registry = Registry::new().with::<HeadersLayer>();
    let registration = registry.find("headers").expect("the type");
    let resources = Resources::new();
    let cx = BuildContext::new("tidy", mode, table.span(), &resources);
    match registration.build(table, &cx) {
        Ok((facts, layer)) => Ok(BuiltLayer::new("tidy", "headers", mode, None, facts, layer)),
        Err(errors) => Err(render(&source, &errors, Style::Plain)),
    }
}
