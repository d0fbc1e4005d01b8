//! Every file that is shown, and every example, loads.

use gateway_core::config::{Source, Style, render};
use portcullis::Gateway;

use crate::document::blocks;
use crate::repository::{files_below, root};

#[path = "../../../examples/custom-layer/src/maintenance.rs"]
mod maintenance;

/// What is wrong with the files, as operators see it.
fn findings(gateway: &Gateway, sources: impl IntoIterator<Item = Source>) -> String {
    let refused = sources.into_iter().filter_map(|source| {
        let errors = gateway.load(&source).err()?;
        Some(render(&source, &errors, Style::Plain))
    });
    refused.collect()
}

#[test]
fn every_block_of_toml_is_a_whole_file() {
    let sources = blocks("toml")
        .into_iter()
        .map(|block| Source::new(block.place, block.text));
    let findings = findings(&Gateway::new(), sources);
    assert!(findings.is_empty(), "\n{findings}");
}

#[test]
fn every_example_loads() {
    let mut paths = files_below("examples", ".toml");
    paths.retain(|path| !path.ends_with("Cargo.toml"));
    assert!(paths.len() > 5, "{paths:?}");
    let sources = paths
        .iter()
        .map(|path| Source::read(&root().join(path)).unwrap());
    // The file of `custom-layer` names the layer of that example.
    let gateway = Gateway::new().with::<maintenance::Maintenance>();
    let findings = findings(&gateway, sources);
    assert!(findings.is_empty(), "\n{findings}");
}
