//! What `cargo metadata` says about this workspace.

use std::path::PathBuf;

use serde_json::Value;

use crate::cargo::cargo;
use crate::outcome::Outcome;

/// The package of the end-to-end tests.
pub(crate) const E2E: &str = "e2e";

/// Where things are, and the targets that need a closer look.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Workspace {
    /// The folder of the repository.
    pub(crate) root: PathBuf,
    /// The folder that cargo builds into.
    pub(crate) target: PathBuf,
    /// The test targets of the package [`E2E`].
    pub(crate) e2e: Vec<TestTarget>,
}

/// A test target: one file of integration tests.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestTarget {
    /// Its name, which is that of its file.
    pub(crate) name: String,
    /// The features without which it is not built.
    pub(crate) required_features: Vec<String>,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn read() -> Outcome<Self> {
        let output = cargo(["metadata", "--no-deps", "--format-version=1"]).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let metadata = serde_json::from_slice(&output.stdout)?;
        Self::from_metadata(&metadata)
            .ok_or_else(|| "cargo metadata does not name the workspace's folders".into())
    }

    fn from_metadata(metadata: &Value) -> Option<Self> {
        let folder = |key: &str| metadata[key].as_str().map(PathBuf::from);
        let e2e = elements(&metadata["packages"])
            .filter(|package| package["name"] == E2E)
            .flat_map(|package| elements(&package["targets"]))
            .filter(|target| elements(&target["kind"]).any(|kind| kind == "test"))
            .filter_map(TestTarget::from_metadata)
            .collect();
        Some(Self {
            root: folder("workspace_root")?,
            target: folder("target_directory")?,
            e2e,
        })
    }
}

impl TestTarget {
    fn from_metadata(target: &Value) -> Option<Self> {
        Some(Self {
            name: target["name"].as_str()?.to_owned(),
            required_features: elements(&target["required-features"])
                .filter_map(|feature| feature.as_str().map(str::to_owned))
                .collect(),
        })
    }

    /// Whether this target measures: memory, allocations, time.
    pub(crate) fn is_of_figures(&self) -> bool {
        self.name.ends_with("_figures")
    }
}

fn elements(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_end_to_end_targets_come_with_their_features() {
        let metadata = json!({
            "workspace_root": "/src",
            "target_directory": "/build",
            "packages": [
                { "name": "other", "targets": [{ "name": "t", "kind": ["test"] }] },
                { "name": "e2e", "targets": [
                    { "name": "e2e", "kind": ["lib"] },
                    { "name": "files", "kind": ["test"] },
                    { "name": "rss_figures", "kind": ["test"], "required-features": ["figures"] },
                ] },
            ],
        });
        let workspace = Workspace::from_metadata(&metadata).unwrap();
        assert_eq!(workspace.root, PathBuf::from("/src"));
        assert_eq!(workspace.target, PathBuf::from("/build"));
        let [files, rss] = workspace.e2e.as_slice() else {
            panic!("two targets, found {:?}", workspace.e2e);
        };
        assert!(!files.is_of_figures());
        assert!(rss.is_of_figures());
        assert_eq!(rss.required_features, ["figures"]);
    }

    #[test]
    fn metadata_without_folders_is_refused() {
        assert_eq!(Workspace::from_metadata(&json!({ "packages": [] })), None);
    }
}
