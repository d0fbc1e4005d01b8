//! `portcullis demo`: what it prints works as printed.

use std::path::Path;
use std::time::Duration;

use gateway_testkit::{Binary, Process, require_component, wait_until};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::PATIENCE;
use crate::signal::interrupt;

/// Where the README is read and its commands are typed.
fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn demo(arguments: &[&str]) -> Process {
    let mut command = Binary::find().unwrap().command();
    command
        .arg("demo")
        .args(arguments)
        .current_dir(repository());
    Process::start(command).unwrap()
}

/// The lines of `invitation` that are meant to be typed, in their order.
fn commands(invitation: &str) -> Vec<String> {
    let lines = invitation.lines().map(str::trim);
    let typed = lines.filter(|line| line.starts_with("curl ") || line.contains(" explain "));
    typed.map(str::to_owned).collect()
}

/// Types `line` into a shell, with curl's directory on the path; returns what it wrote to standard output.
async fn typed(line: &str, curl: &Path) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let directories = curl
        .parent()
        .map(Path::to_owned)
        .into_iter()
        .chain(std::env::split_paths(&path));
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(repository());
    command
        .env("PATH", std::env::join_paths(directories).unwrap())
        .env("NO_PROXY", "*");
    let mut process = Process::start(command).unwrap();
    let status = process.wait(PATIENCE).await.unwrap();
    assert!(status.success(), "{line}: {status}\n{}", process.stderr());
    process.stdout()
}

#[tokio::test]
async fn the_four_lines_it_prints_do_what_they_say() {
    let curl = require_component!("curl");
    let mut process = demo(&["--free-ports"]);
    wait_until(PATIENCE, async || process.stdout().contains("Ctrl-C"))
        .await
        .unwrap();
    let invitation = process.stdout();
    let commands = commands(&invitation);
    let [routed, refused, balanced, explained] = commands.as_slice() else {
        panic!("not four lines to try: {commands:#?}");
    };

    let answer: serde_json::Value = serde_json::from_str(&typed(routed, &curl).await).unwrap();
    assert_eq!(
        (&answer["order"], &answer["consumer"]),
        (&"42".into(), &"demo".into()),
        "{answer}"
    );

    let answer = typed(refused, &curl).await.to_lowercase();
    assert!(
        answer.starts_with("http/1.1 401 unauthorized\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("\r\ncontent-type: application/problem+json\r\n"),
        "{answer}"
    );
    assert!(
        answer.contains("\"code\":\"auth/credential-missing\""),
        "{answer}"
    );

    let answers = typed(balanced, &curl).await;
    for replica in ["replica a", "replica b"] {
        assert_eq!(
            answers.lines().filter(|line| *line == replica).count(),
            2,
            "{answers}"
        );
    }

    let explanation = typed(explained, &curl).await;
    for text in [
        "route: orders",
        "key (api-key) lets pass",
        "  GET /orders/42\n",
        "x-consumer: demo",
    ] {
        assert!(explanation.contains(text), "no {text:?} in:\n{explanation}");
    }

    interrupt(&process);
    assert_eq!(
        process.wait(PATIENCE).await.unwrap().code(),
        Some(0),
        "{}",
        process.stderr()
    );
}

#[tokio::test]
async fn ports_that_are_taken_end_it_with_a_way_out() {
    // Whoever has the port, it is taken.
    let _taken = TcpListener::bind("127.0.0.1:9001").await;
    let mut process = demo(&[]);
    let status = process.wait(Duration::from_secs(10)).await.unwrap();
    assert_eq!(status.code(), Some(1));
    let stderr = process.stderr();
    assert!(
        stderr.contains("127.0.0.1:9001") && stderr.contains("--free-ports"),
        "{stderr}"
    );
    assert_eq!(process.stdout(), "");
}

#[tokio::test]
async fn the_file_it_prints_is_the_example() {
    let mut process = demo(&["--print-config"]);
    assert!(process.wait(PATIENCE).await.unwrap().success());
    let example = std::fs::read_to_string(repository().join("examples/quickstart.toml")).unwrap();
    assert_eq!(process.stdout(), example);
}
