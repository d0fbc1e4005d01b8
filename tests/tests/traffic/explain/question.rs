//! Asking the binary about a request.

use std::path::Path;

use gateway_testkit::Binary;
use serde_json::Value;

/// What `explain` said, and how it ended.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) code: i32,
}

/// Runs `portcullis explain -c FILE` with `arguments`.
pub(super) async fn ask(file: &Path, arguments: &[&str]) -> Reply {
    let mut all = vec!["explain", "-c", file.to_str().unwrap()];
    all.extend(arguments);
    let mut process = Binary::find().unwrap().run(all).await.unwrap();
    Reply {
        code: process.status().unwrap().unwrap().code().unwrap(),
        stdout: process.stdout(),
        stderr: process.stderr(),
    }
}

impl Reply {
    /// What it said, as JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}
