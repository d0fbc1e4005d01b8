//! The suite against the real binary.

use std::time::Duration;

use gateway_testkit::upstream::{Upstream, respond};
use gateway_testkit::{Binary, Process, require_component};
use tokio::process::Command;

use super::verdict::Verdict;
use crate::passage::{ALL, LISTENER, upstream_section};
use crate::protocol::Protocol;

/// How long a case waits for a frame, on a machine that is busy; one that passes does not wait.
const FRAME_TIMEOUT: &str = "5000";
/// How long the whole suite may take.
const SUITE: Duration = Duration::from_secs(120);
/// The cases of the version that is installed.
const CASES: usize = 107;

#[tokio::test]
async fn every_case_of_httpwg_passes() {
    let httpwg = require_component!("httpwg");
    let upstream = Upstream::start(respond::text("hello")).await.unwrap();
    let main = upstream_section("main", upstream.address(), Protocol::Http1);
    let mut gateway = Binary::find()
        .unwrap()
        .serve(&format!("{LISTENER}{main}{ALL}"))
        .await
        .unwrap();

    let mut command = Command::new(httpwg);
    let address = gateway.address("public").unwrap().to_string();
    command.args(["--address", &address]);
    command.args(["--frame-timeout", FRAME_TIMEOUT]);
    command.env("RUST_LOG", "off").env("RUST_BACKTRACE", "0");
    let mut suite = Process::start(command).unwrap();
    let status = suite.wait(SUITE).await.unwrap();

    let verdict = Verdict::of(&suite.stderr());
    assert!(verdict.failed.is_empty(), "{verdict}");
    assert_eq!((verdict.passed, verdict.of), (CASES, CASES), "{verdict}");
    assert!(status.success(), "{status}: {verdict}");
    assert!(gateway.process().status().unwrap().is_none());
}
