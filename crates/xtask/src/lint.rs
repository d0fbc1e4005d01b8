//! `cargo xtask lint`: everything a machine can judge about the source.

use std::process::Command;

use crate::cargo::cargo;
use crate::checks;
use crate::outcome::Outcome;
use crate::process::{attempt, succeeds};
use crate::workspace::Workspace;

/// The versions of cargo-deny that read our `deny.toml`.
const DENY_VERSION: &str = "^0.20";

/// One lint: its name, and whether the source passes it.
type Lint = (&'static str, fn() -> Outcome);

const LINTS: [Lint; 5] = [
    ("formatting", formatting),
    ("clippy", clippy),
    ("rustdoc", rustdoc),
    ("cargo deny", deny),
    ("house rules", house_rules),
];

/// Runs every lint, also when one has failed, and names those that did.
pub(crate) fn run() -> Outcome {
    let mut failed = Vec::new();
    for (name, lint) in LINTS {
        eprintln!("== {name}");
        let passed = lint().unwrap_or_else(|error| {
            eprintln!("error: {error}");
            false
        });
        if !passed {
            failed.push(name);
        }
    }
    if failed.is_empty() {
        println!(
            "lint: all of {} passed",
            LINTS.map(|(name, _)| name).join(", ")
        );
    } else {
        println!("lint: FAILED: {}", failed.join(", "));
    }
    Ok(failed.is_empty())
}

fn formatting() -> Outcome {
    passes(&mut cargo(["fmt", "--all", "--check"]))
}

fn clippy() -> Outcome {
    let mut clippy = cargo(["clippy", "--workspace", "--all-targets", "--all-features"]);
    passes(clippy.args(["--", "--deny", "warnings"]))
}

fn rustdoc() -> Outcome {
    let mut doc = cargo(["doc", "--workspace", "--no-deps"]);
    passes(doc.env("RUSTDOCFLAGS", "-Dwarnings"))
}

fn deny() -> Outcome {
    if !succeeds(&mut cargo(["deny", "--version"])) {
        let install = [
            "install",
            "cargo-deny",
            "--locked",
            "--version",
            DENY_VERSION,
        ];
        attempt(&mut cargo(install))?;
    }
    let mut deny = cargo(["deny", "check", "--hide-inclusion-graph"]);
    // An arrow that is allowed and not in use is no news.
    deny.args(["--allow", "unused-wrapper"]);
    passes(deny.args(["bans", "licenses", "sources"]))
}

fn house_rules() -> Outcome {
    let findings = checks::run(&Workspace::read()?)?;
    for finding in &findings {
        println!("{finding}");
    }
    Ok(findings.is_empty())
}

fn passes(command: &mut Command) -> Outcome {
    Ok(command.status()?.success())
}
