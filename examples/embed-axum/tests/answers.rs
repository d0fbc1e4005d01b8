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

fn get(address: &str, field: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET / HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{field}\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_greets_who_has_the_key() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_embed-axum"));
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

    let refused = get(address, "");
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    assert!(refused.contains("auth/credential-missing"), "{refused}");

    let greeted = get(address, "x-api-key: open-sesame\r\n");
    assert!(greeted.starts_with("HTTP/1.1 200 "), "{greeted}");
    assert!(greeted.ends_with("\r\n\r\nHello, acme!\n"), "{greeted}");
}
