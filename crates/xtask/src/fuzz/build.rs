//! Building the fuzzers.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use crate::cargo::cargo;
use crate::outcome::Outcome;

/// What the names of the fuzzers begin with, lest their files be taken for others.
const PREFIX: &str = "fuzz_";

/// A program that feeds one target.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fuzzer {
    /// The name of the target.
    pub(super) target: String,
    /// The program.
    pub(super) program: PathBuf,
}

/// Builds all fuzzers, in the order of their names.
///
/// Only the crates of this repository are instrumented. Everything else is what the tests use as well: with
/// the features of the whole workspace, so that nothing is built a second time.
pub(super) fn build(root: &Path) -> Outcome<Vec<Fuzzer>> {
    let mut build = cargo(["test", "--no-run", "--workspace"]);
    build.args(["--features", "fuzz/libfuzzer", "--test", "fuzz_*"]);
    build.arg("--message-format=json-render-diagnostics");
    build.env(
        "RUSTC_WORKSPACE_WRAPPER",
        root.join("fuzz/rustc-instrumented"),
    );
    let output = build.current_dir(root).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("the fuzzers cannot be built".into());
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let mut fuzzers: Vec<_> = messages.lines().filter_map(fuzzer).collect();
    fuzzers.sort_by(|one, two| one.target.cmp(&two.target));
    Ok(fuzzers)
}

/// The fuzzer that a message of cargo says is built.
fn fuzzer(message: &str) -> Option<Fuzzer> {
    let message: Value = serde_json::from_str(message).ok()?;
    Some(Fuzzer {
        target: message["target"]["name"]
            .as_str()?
            .strip_prefix(PREFIX)?
            .to_owned(),
        program: message["executable"].as_str()?.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuzzers_are_known_by_their_name() {
        let message = |name: &str, executable: &str| {
            format!(r#"{{"target":{{"name":"{name}"}},"executable":{executable}}}"#)
        };
        let expected = Fuzzer {
            target: "head".to_owned(),
            program: "/build/fuzz_head-1".into(),
        };
        let built = message("fuzz_head", r#""/build/fuzz_head-1""#);
        assert_eq!(fuzzer(&built), Some(expected));
        assert_eq!(fuzzer(&message("fuzz_head", "null")), None);
        assert_eq!(fuzzer(&message("seeds", r#""/build/seeds""#)), None);
        assert_eq!(fuzzer("no JSON"), None);
    }
}
