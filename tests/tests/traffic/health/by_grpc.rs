//! A gRPC server in Python with the health service that comes with grpcio.

use gateway_testkit::{Process, require_component, tempdir, wait_until};
use tokio::process::Command;

use super::asked::Asked;
use crate::PATIENCE;

const SERVER: &str = include_str!("server.py");

#[tokio::test]
async fn a_service_is_out_while_it_does_not_serve() {
    let python = require_component!("python-grpc-health");
    let directory = tempdir().unwrap();
    let serving = directory.path().join("serving");
    std::fs::write(&serving, "").unwrap();
    let mut command = Command::new(python);
    command.args(["-c", SERVER]).arg(&serving);
    let server = Process::start(command).unwrap();
    let has_port = async || server.stdout().ends_with('\n');
    wait_until(PATIENCE, has_port).await.unwrap();
    let address = format!("127.0.0.1:{}", server.stdout().trim());
    let address = address.parse().unwrap();

    for service in ["shop", ""] {
        let asked = Asked::new(&[address], &format!("grpc = \"{service}\""));
        asked.until_passed(2).await;
        std::fs::remove_file(&serving).unwrap();
        asked.until_available(0).await;
        std::fs::write(&serving, "").unwrap();
        asked.until_available(1).await;
    }
    // The server does not know this one.
    let asked = Asked::new(&[address], "grpc = \"nobody\"");
    asked.until_available(0).await;
}
