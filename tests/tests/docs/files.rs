//! Every file that is shown, and every example, loads.

use std::path::Path;

use gateway_core::config::{Source, Style, render};
use portcullis::Gateway;
use rcgen::{CertificateParams, KeyPair};

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

/// Writes the files that stand beside those of the guide: `client.pem` with its key, and the authority.
fn write_certificates(directory: &Path) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["gateway".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap().pem();
    for name in ["ca.pem", "client.pem"] {
        std::fs::write(directory.join(name), &certificate).unwrap();
    }
    std::fs::write(directory.join("client.key"), key.serialize_pem()).unwrap();
}

#[test]
fn every_block_of_toml_is_a_whole_file() {
    let directory = gateway_testkit::tempdir().unwrap();
    write_certificates(directory.path());
    let sources = blocks("toml").into_iter().map(|block| {
        let path = directory.path().join(block.place.replace('/', " "));
        std::fs::write(&path, block.text).unwrap();
        Source::read(&path).unwrap()
    });
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
