//! h2load with many streams.

use std::time::Duration;

use gateway_testkit::upstream::{Upstream, respond};
use gateway_testkit::{Binary, Process, require_component};
use tokio::process::Command;

use crate::passage::{ALL, LISTENER, upstream_section};
use crate::protocol::Protocol;

/// How long a run may take, on a machine that is busy.
const RUN: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_many_streams_succeeds() {
    let h2load = require_component!("h2load");
    for (protocol, how) in [
        (Protocol::Http1, &["-c10", "-m100"][..]),
        (Protocol::Http2, &["-c10", "-m100"]),
        (Protocol::Http1, &["-c20", "--h1"]),
        (Protocol::Http2, &["-c20", "--h1"]),
    ] {
        let upstream = Upstream::start(respond::text("hello")).await.unwrap();
        let main = upstream_section("main", upstream.address(), protocol);
        let toml = format!("{LISTENER}{main}{ALL}");
        let gateway = Binary::find().unwrap().serve(&toml).await.unwrap();
        let mut command = Command::new(&h2load);
        let url = format!("http://{}/", gateway.address("public").unwrap());
        command.args(how).args(["-n5000", &url]);
        let mut load = Process::start(command).unwrap();
        assert!(load.wait(RUN).await.unwrap().success(), "{}", load.stderr());
        let counts = "requests: 5000 total, 5000 started, 5000 done, 5000 succeeded, 0 failed, 0 errored, 0 timeout";
        let output = load.stdout();
        assert!(output.contains(counts), "{protocol:?} {how:?}: {output}");
        assert!(output.contains("5000 2xx"), "{output}");
    }
}
