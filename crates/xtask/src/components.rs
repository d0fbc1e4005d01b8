//! The components that tests need beside cargo: one row each.
//!
//! A test asks for its component by the same name, `gateway_testkit::component("nginx")`, and is
//! counted as skipped where there is none.

/// A program or library that some test needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Component {
    /// What tests and messages call it.
    pub(crate) name: &'static str,
    /// The environment variable that hands its absolute path to the tests.
    pub(crate) variable: &'static str,
    /// How it is found and where it comes from.
    pub(crate) source: Source,
}

/// How a component is found and where it comes from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A program on the search path or among the system's servers.
    Program {
        /// The file name of the program.
        binary: &'static str,
        /// The Debian package that brings it.
        package: &'static str,
    },
    /// A Python module; the path handed to the tests is that of a Python that can import it.
    PythonModule {
        /// The name it is imported by.
        module: &'static str,
        /// Its name in the Python package index.
        package: &'static str,
    },
}

/// Every component.
#[rustfmt::skip]
pub(crate) const COMPONENTS: &[Component] = &[
    Component { name: "nginx",  variable: "PORTCULLIS_NGINX",        source: Source::Program { binary: "nginx", package: "nginx-light" } },
    Component { name: "curl",   variable: "PORTCULLIS_CURL",         source: Source::Program { binary: "curl", package: "curl" } },
    Component { name: "python-grpcio", variable: "PORTCULLIS_TOOLS_PYTHON", source: Source::PythonModule { module: "grpc", package: "grpcio" } },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_components_share_a_name() {
        let names: BTreeSet<_> = COMPONENTS.iter().map(|component| component.name).collect();
        assert_eq!(names.len(), COMPONENTS.len());
    }

    #[test]
    fn every_variable_is_recognisably_ours() {
        for component in COMPONENTS {
            assert!(
                component.variable.starts_with("PORTCULLIS_"),
                "{component:?}"
            );
        }
    }
}
