//! Applying every check to every file.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::{fs, io};

use super::{Finding, Source, definitions, figures, length, links, machine_paths, names};
use crate::outcome::Outcome;
use crate::workspace::Workspace;

/// The checks that need to see one file only.
const CHECKS: [fn(&Source) -> Vec<Finding>; 4] = [
    definitions::check,
    length::check,
    machine_paths::check,
    names::check,
];

/// Everything that is wrong with the files of the repository.
pub(crate) fn run(workspace: &Workspace) -> Outcome<Vec<Finding>> {
    let paths = files_of(&workspace.root)?;
    let mut findings = figures::check(&workspace.e2e);
    for path in &paths {
        if let Some(source) = read(&workspace.root, path)? {
            findings.extend(CHECKS.iter().flat_map(|check| check(&source)));
            findings.extend(links::check(&source, &paths));
        }
    }
    Ok(findings)
}

/// The files that git knows or would add.
fn files_of(root: &Path) -> Outcome<BTreeSet<String>> {
    let options = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let output = Command::new("git")
        .args(options)
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let paths = String::from_utf8(output.stdout)?;
    let there = |path: &&str| !path.is_empty() && root.join(path).is_file();
    Ok(paths.split('\0').filter(there).map(str::to_owned).collect())
}

/// The file, if it is text.
fn read(root: &Path, path: &str) -> io::Result<Option<Source>> {
    let bytes = fs::read(root.join(path))?;
    Ok(String::from_utf8(bytes).ok().map(|text| Source {
        path: path.to_owned(),
        text,
    }))
}
