//! An upstream of Python's standard library that closes after each answer.

use gateway_testkit::{Process, require_component, wait_until};
use http::Method;
use tokio::process::Command;

use super::load::{assert_made, gateway_before, send_all};
use crate::PATIENCE;

const SERVER: &str = include_str!("closing_server.py");

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_and_none_is_made_twice() {
    let python = require_component!("python");
    let mut command = Command::new(python);
    command.args(["-c", SERVER]);
    let server = Process::start(command).unwrap();
    wait_until(PATIENCE, async || server.stdout().ends_with('\n'))
        .await
        .unwrap();
    let port = server.stdout().trim().parse().unwrap();
    let gateway = gateway_before(([127, 0, 0, 1], port).into()).await;
    for method in [Method::GET, Method::POST] {
        send_all(&gateway, &method).await;
        let seen = server.stdout();
        assert_made(seen.lines().map(str::to_owned), &method);
    }
}
