//! Finding components, and installing those that are missing.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use crate::components::{Component, Source};
use crate::crates::Crates;
use crate::packages::{Packages, find_program, is_executable};
use crate::python::Python;

/// A component, and where it is if it is there.
pub(crate) type Provided = (&'static Component, Option<PathBuf>);

/// Looks for each component, installs what is missing, and names on stderr what stays missing.
///
/// Python modules and programs of crates go into the folder `tools`.
pub(crate) fn provide(tools: &Path, components: &'static [Component]) -> io::Result<Vec<Provided>> {
    fs::create_dir_all(tools)?;
    let python = Python::new(tools);
    let crates = Crates::new(tools);
    let mut packages = Packages::default();
    let provided = components.iter().map(|component| {
        let place = find(component, &python, &crates)
            .or_else(|| obtain(component, &python, &crates, &mut packages));
        (component, place)
    });
    Ok(provided.collect())
}

/// Installs a missing component and says where it is then, or on stderr why it still is nowhere.
fn obtain(
    component: &Component,
    python: &Python<'_>,
    crates: &Crates<'_>,
    packages: &mut Packages,
) -> Option<PathBuf> {
    let name = component.name;
    eprintln!("{name} is missing, installing it");
    let installed = install(component, python, crates, packages);
    let place = find(component, python, crates);
    if place.is_none() {
        let reason = installed.err();
        let reason = reason
            .as_deref()
            .unwrap_or("it was installed and is not found");
        eprintln!("warning: what needs {name} is skipped: {reason}");
    }
    place
}

/// Where the component is; what the caller has put into its variable counts first.
fn find(component: &Component, python: &Python<'_>, crates: &Crates<'_>) -> Option<PathBuf> {
    let named = env::var_os(component.variable).map(PathBuf::from);
    named
        .filter(|path| path.is_absolute() && is_executable(path))
        .or_else(|| match component.source {
            Source::Program { binary, .. } => find_program(binary),
            Source::PythonModule { module, .. } => python.find(module),
            Source::ProgramInPythonModule { module, file, .. } => python.find_program(module, file),
            Source::ProgramOfCrate { binary, .. } => crates.find(binary),
        })
}

fn install(
    component: &Component,
    python: &Python<'_>,
    crates: &Crates<'_>,
    packages: &mut Packages,
) -> Result<(), String> {
    match component.source {
        Source::Program { package, .. } => packages.install(&[package]),
        Source::PythonModule { package, .. } | Source::ProgramInPythonModule { package, .. } => {
            python.install(package, packages)
        }
        Source::ProgramOfCrate { name, version, .. } => crates.install(name, version),
    }
}
