//! Every seed keeps the promises of its target, without a fuzzer.

use std::error::Error;
use std::fs;
use std::path::Path;

/// Feeds `target` with what lies in the folder of its name.
fn feed(name: &str, target: fn(&[u8])) -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(name);
    let mut seeds = 0;
    for entry in fs::read_dir(folder)? {
        target(&fs::read(entry?.path())?);
        seeds += 1;
    }
    assert!(seeds > 0, "there are no seeds for {name}");
    Ok(())
}

#[test]
fn canonical_path() {
    feed("canonical_path", fuzz::canonical_path).unwrap();
}

#[test]
fn chunked() {
    feed("chunked", fuzz::chunked).unwrap();
}

#[test]
fn config() {
    feed("config", fuzz::config).unwrap();
}

#[test]
fn forwarded() {
    feed("forwarded", fuzz::forwarded).unwrap();
}

#[test]
fn head() {
    feed("head", fuzz::head).unwrap();
}

#[test]
fn response_head() {
    feed("response_head", fuzz::response_head).unwrap();
}
