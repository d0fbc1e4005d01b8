//! The components that tests need beside cargo: one row each. Those that only measurements need stand
//! with them, in `bench`.
//!
//! A test asks for its component by the same name, `gateway_testkit::component("nginx")`, and is
//! counted as skipped where there is none.

/// A program or library that some test or measurement needs.
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
    /// A program that a Python package carries within its module.
    ProgramInPythonModule {
        /// The name of the module.
        module: &'static str,
        /// The path of the program inside the module's folder.
        file: &'static str,
        /// The package in the Python package index, with its version.
        package: &'static str,
    },
    /// A Python module; the path handed to the tests is that of a Python that can import it.
    PythonModule {
        /// The name it is imported by.
        module: &'static str,
        /// Its name in the Python package index.
        package: &'static str,
    },
    /// A program that cargo builds from a crate, for this workspace alone.
    ProgramOfCrate {
        /// The file name of the program.
        binary: &'static str,
        /// The crate.
        name: &'static str,
        /// Its version, as a requirement.
        version: &'static str,
    },
}

/// The server that tests and measurements take for a real upstream.
#[rustfmt::skip]
pub(crate) const NGINX: Component =
    Component { name: "nginx",  variable: "PORTCULLIS_NGINX",        source: Source::Program { binary: "nginx", package: "nginx-light" } };

/// What libFuzzer is built with.
#[rustfmt::skip]
pub(crate) const CXX: Component =
    Component { name: "c++",    variable: "PORTCULLIS_CXX",          source: Source::Program { binary: "c++", package: "g++" } };

/// The load generator of tests and measurements.
#[rustfmt::skip]
pub(crate) const H2LOAD: Component =
    Component { name: "h2load", variable: "PORTCULLIS_H2LOAD",       source: Source::Program { binary: "h2load", package: "nghttp2-client" } };

/// Every component of the tests.
#[rustfmt::skip]
pub(crate) const COMPONENTS: &[Component] = &[
    NGINX,
    CXX,
    H2LOAD,
    Component { name: "node",   variable: "PORTCULLIS_NODE",         source: Source::Program { binary: "node", package: "nodejs" } },
    Component { name: "etcd",   variable: "PORTCULLIS_ETCD",         source: Source::Program { binary: "etcd", package: "etcd-server" } },
    Component { name: "curl",   variable: "PORTCULLIS_CURL",         source: Source::Program { binary: "curl", package: "curl" } },
    Component { name: "python-grpcio", variable: "PORTCULLIS_TOOLS_PYTHON", source: Source::PythonModule { module: "grpc", package: "grpcio" } },
    Component { name: "python-grpc-health", variable: "PORTCULLIS_PYTHON_GRPC_HEALTH", source: Source::PythonModule { module: "grpc_health", package: "grpcio-health-checking" } },
    Component { name: "python-websockets", variable: "PORTCULLIS_PYTHON_WEBSOCKETS", source: Source::PythonModule { module: "websockets", package: "websockets" } },
    Component { name: "httpwg", variable: "PORTCULLIS_HTTPWG",       source: Source::ProgramOfCrate { binary: "httpwg", name: "httpwg-cli", version: "=0.2.5" } },
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
