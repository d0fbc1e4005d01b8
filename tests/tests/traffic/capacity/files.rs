//! A process that may open few files.

use std::time::{Duration, Instant};

use gateway_testkit::raw::RawConnection;
use gateway_testkit::{Binary, GatewayProcess, http_client, wait_until};
use tokio::process::Command;

use super::answering::{answering, answers, scrape};
use crate::PATIENCE;

/// The gateway under `ulimit` with these arguments.
async fn under(ulimit: &str, file: &str) -> GatewayProcess {
    let mut command = Command::new("sh");
    let script = format!("ulimit {ulimit} && exec \"$0\" \"$@\"");
    command.args(["-c", &script]);
    command.arg(Binary::find().unwrap().path());
    GatewayProcess::start(command, file).await.unwrap()
}

/// So many clients that say nothing.
async fn silent(gateway: &GatewayProcess, count: usize) -> Vec<RawConnection> {
    let address = gateway.address("public").unwrap();
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(RawConnection::connect(address).await.unwrap());
    }
    clients
}

/// Waits until the gateway answers a new client, and checks that this is soon.
async fn recovers(gateway: &GatewayProcess) {
    let start = Instant::now();
    wait_until(PATIENCE, async || answers(gateway).await)
        .await
        .unwrap();
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

/// Clients that are waited for longer than the test takes.
const PATIENT: &str = "http = { first-byte-timeout = \"5min\", header-timeout = \"5min\" }";

#[tokio::test]
async fn readiness_is_told_when_no_file_can_be_opened() {
    for files in [64, 256] {
        let file = answering(&format!("max-connections = 100000\n{PATIENT}"));
        let gateway = under(&format!("-n {files}"), &file).await;
        let clients = silent(&gateway, files + 50).await;
        let failures = "portcullis_listener_accept_failures_total{listener=\"public\"}";
        wait_until(PATIENCE, async || {
            scrape(&gateway).await.value(failures) > 3
        })
        .await
        .unwrap();
        let admin = gateway.admin_address().unwrap();
        for _ in 0..100 {
            let start = Instant::now();
            let answer = http_client::get(&format!("http://{admin}/readyz")).await;
            assert_eq!(answer.unwrap().status, 200);
            assert!(
                start.elapsed() < Duration::from_secs(1),
                "{:?}",
                start.elapsed()
            );
        }
        let before = scrape(&gateway).await.value(failures);
        wait_until(PATIENCE, async || {
            scrape(&gateway).await.value(failures) > before
        })
        .await
        .unwrap();
        drop(clients);
        recovers(&gateway).await;
    }
}

#[tokio::test]
async fn without_a_number_clients_leave_room() {
    let mut gateway = under("-n 64", &answering(PATIENT)).await;
    let limit = "portcullis_listener_connections_limit{listener=\"public\"}";
    assert_eq!(scrape(&gateway).await.value(limit), 16);
    let clients = silent(&gateway, 100).await;
    let crowded =
        "portcullis_listener_connections_ended_total{listener=\"public\",reason=\"crowded\"}";
    wait_until(PATIENCE, async || {
        scrape(&gateway).await.value(crowded) > 80
    })
    .await
    .unwrap();
    let failures = "portcullis_listener_accept_failures_total{listener=\"public\"}";
    assert_eq!(scrape(&gateway).await.value(failures), 0);
    drop(clients);
    recovers(&gateway).await;
    let log = gateway.process().stderr();
    assert!(!log.contains("has room for"), "{log}");
}

#[tokio::test]
async fn a_soft_limit_is_raised_to_the_hard_one() {
    let mut gateway = under("-n 512 && ulimit -S -n 64", &answering("")).await;
    let limit = "portcullis_listener_connections_limit{listener=\"public\"}";
    assert_eq!(scrape(&gateway).await.value(limit), 192);
    let log = gateway.process().stderr();
    assert!(log.contains("limit of open files raised"), "{log}");
}

#[tokio::test]
async fn more_clients_than_files_are_warned_of() {
    let mut gateway = under("-n 256", &answering("max-connections = 65")).await;
    let log = gateway.process().stderr();
    assert!(log.contains("has room for"), "{log}");
}
