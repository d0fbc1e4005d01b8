//! The example does what it says.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails a test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// The running example; it ends with the test, however that ends.
struct Example(Child);

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ask(address: &str, line: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    body.to_owned()
}

#[test]
fn both_services_answer_and_one_does_when_the_other_has_left() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_balance-axum"));
    let mut child = command
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let _example = Example(child);

    let mut lines = BufReader::new(stdout).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first
        .strip_prefix("Listening on http://")
        .unwrap()
        .strip_suffix(". Try:")
        .unwrap();
    // Whoever stops reading would make the example fail when it prints.
    assert_eq!(lines.by_ref().take(2).filter(Result::is_ok).count(), 2);

    let names = |times: usize| -> Vec<_> {
        let asked = (0..times).map(|_| ask(address, "GET /greeters/hello"));
        asked.collect()
    };
    let greetings = names(100);
    for name in ["one", "two"] {
        let greeting = format!("hello from {name}\n");
        assert!(greetings.contains(&greeting), "{name} has nothing to do");
    }

    ask(address, "POST /leave");
    // It leaves while requests come, and none of them fails.
    let greetings = names(200);
    assert!(greetings[100..].iter().all(|g| g == "hello from two\n"));
}
