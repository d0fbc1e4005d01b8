//! curl, by HTTP/1.1 and by HTTP/2 with prior knowledge.

use std::path::Path;

use bytes::Bytes;
use gateway_testkit::body::BodyScript;
use gateway_testkit::upstream::{Upstream, respond};
use gateway_testkit::{Binary, GatewayProcess, Process, require_component};
use http::{Response, header};
use tokio::process::Command;

use crate::PATIENCE;
use crate::passage::{ALL, LISTENER, upstream_section};
use crate::protocol::Protocol;

/// How curl is told which protocol to speak.
pub(super) const SPEAKING: [&str; 2] = ["--http1.1", "--http2-prior-knowledge"];

/// A gateway process before `upstream`, with more sections.
pub(super) async fn gateway_before(upstream: &Upstream, rest: &str) -> GatewayProcess {
    let main = upstream_section("main", upstream.address(), Protocol::Http1);
    let toml = format!("{LISTENER}{main}{rest}");
    Binary::find().unwrap().serve(&toml).await.unwrap()
}

/// Runs `curl` for `path` in the directory of the gateway; returns what it wrote to its standard output and error.
pub(super) async fn curl(
    curl: &Path,
    gateway: &GatewayProcess,
    path: &str,
    arguments: &[&str],
) -> (String, String) {
    let mut command = Command::new(curl);
    let url = format!("http://{}{path}", gateway.address("public").unwrap());
    command.args(["-sS", "--noproxy", "*", "--max-time", "8"]);
    command.args(arguments).arg(url);
    command.current_dir(gateway.directory());
    let mut process = Process::start(command).unwrap();
    let status = process.wait(PATIENCE).await.unwrap();
    let (stdout, stderr) = (process.stdout(), process.stderr());
    assert!(status.success(), "{arguments:?}: {status} {stderr}");
    (stdout, stderr)
}

#[tokio::test]
async fn heads_and_ranges_pass() {
    let program = require_component!("curl");
    let part = Response::builder()
        .status(206)
        .header(header::CONTENT_RANGE, "bytes 5-9/100");
    let upstream = Upstream::start(respond::fixed(part.body(Bytes::from("56789")).unwrap()))
        .await
        .unwrap();
    let gateway = gateway_before(&upstream, ALL).await;
    for speaking in SPEAKING {
        let arguments = [speaking, "-i", "-r", "5-9"];
        let (part, _) = curl(&program, &gateway, "/", &arguments).await;
        assert!(part.contains(" 206"), "{part}");
        assert!(part.contains("content-range: bytes 5-9/100"), "{part}");
        assert!(part.ends_with("\r\n\r\n56789"), "{part}");
        let seen = upstream.requests().pop().unwrap();
        assert_eq!(seen.headers["range"], "bytes=5-9");

        let (head, _) = curl(&program, &gateway, "/", &[speaking, "-I"]).await;
        assert!(head.contains("content-length: 5\r\n"), "{head}");
        assert!(head.ends_with("\r\n\r\n"), "{head}");
        assert_eq!(upstream.requests().pop().unwrap().method, "HEAD");
    }
}

#[tokio::test]
async fn chunks_and_trailers_come_as_they_are_sent() {
    let program = require_component!("curl");
    let script = || {
        BodyScript::new()
            .data("one")
            .data("two")
            .trailer("x-sum", "6")
    };
    let upstream = Upstream::start(move |_: http::Request<axum_core::body::Body>| async move {
        let mut response = Response::new(script().into_body());
        let declared = http::HeaderValue::from_static("x-sum");
        response.headers_mut().insert(header::TRAILER, declared);
        response
    })
    .await
    .unwrap();
    let gateway = gateway_before(&upstream, ALL).await;
    let trailing = ["-H", "TE: trailers", "-D", "head"];
    for speaking in SPEAKING {
        let arguments = [&[speaking][..], &trailing].concat();
        let (body, _) = curl(&program, &gateway, "/", &arguments).await;
        assert_eq!(body, "onetwo");
        let head = std::fs::read_to_string(gateway.directory().join("head")).unwrap();
        assert!(head.contains("x-sum: 6\r\n"), "{speaking}: {head}");
    }
    let arguments = [&["--http1.1", "--raw"][..], &trailing].concat();
    let (raw, _) = curl(&program, &gateway, "/", &arguments).await;
    assert!(raw.ends_with("0\r\nx-sum: 6\r\n\r\n"), "{raw:?}");
    assert!(raw.contains("one") && raw.contains("two"), "{raw:?}");
}
