//! What becomes of WebSockets when the gateway goes away.

use std::time::{Duration, Instant};

use gateway_testkit::{Process, require_component, wait_until};
use serde_json::json;

use super::served::{Served, outcome};
use crate::PATIENCE;
use crate::protocol::WAYS;

const DRAIN: &str = "[gateway.drain]\nkeep-accepting = \"0s\"\ntimeout = \"20s\"\n";

async fn wait_open(client: &Process) {
    wait_until(PATIENCE, async || client.stdout().contains("open"))
        .await
        .unwrap();
}

#[tokio::test]
async fn both_sides_are_told_that_the_gateway_goes_away() {
    let python = require_component!("python-websockets");
    for way in WAYS {
        let mut served = Served::with(&python, way, DRAIN).await;
        let clients: Vec<Process> = (0..3).map(|_| served.begin("/echo", "wait", &[])).collect();
        for client in &clients {
            wait_open(client).await;
        }
        served.gateway.process().terminate().unwrap();
        for client in clients {
            let closed = outcome(client).await;
            assert_eq!(closed, json!({ "code": 1001, "reason": "" }), "{way:?}");
        }
        for ended in served.ended(3).await {
            assert_eq!(ended["code"], 1001, "{way:?}");
        }
        let status = served.gateway.process().wait(PATIENCE).await.unwrap();
        assert_eq!(status.code(), Some(0), "{way:?}");
    }
}

#[tokio::test]
async fn one_that_never_answers_is_cut_when_time_is_up() {
    let drain = "[gateway.drain]\nkeep-accepting = \"0s\"\ntimeout = \"1s\"\n";
    let python = require_component!("python-websockets");
    for way in WAYS {
        let mut served = Served::with(&python, way, drain).await;
        let client = served.begin("/echo", "wait", &[]);
        wait_open(&client).await;
        stop(&client);
        served.gateway.process().terminate().unwrap();
        let start = Instant::now();
        let status = served.gateway.process().wait(PATIENCE).await.unwrap();
        assert_eq!(status.code(), Some(0), "{way:?}");
        assert!(start.elapsed() >= Duration::from_millis(900), "{way:?}");
    }
}

/// Lets a process do nothing any more.
fn stop(process: &Process) {
    use rustix::process::{Pid, Signal, kill_process};
    let pid = Pid::from_raw(process.id().cast_signed()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
}
