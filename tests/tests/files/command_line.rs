//! The commands, their exit codes and their output.

use std::net::{TcpListener, TcpStream};
use std::process::Command;

use gateway_testkit::{Binary, TempDir, free_address, tempdir};

use crate::support::{FINE, portcullis};

/// A directory with the file `portcullis.toml`, which commands read when they are not told another.
fn directory_with(file: &str) -> TempDir {
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("portcullis.toml"), file).unwrap();
    directory
}

#[tokio::test]
async fn the_exit_code_tells_what_happened() {
    const REFUSING: &str = "[[routes]]\nname = \"closed\"\nmatch = { path = \"/closed\" }\nlayers = [\"key\"]\n\
        respond = {}\n[layers.key]\ntype = \"api-key\"\nkeys = [{ label = \"ci\", hash = \
        \"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\" }]\n";
    let directory = directory_with(&format!("{FINE}{REFUSING}"));
    let directory = directory.path();
    std::fs::write(directory.join("latin-1.toml"), b"# caf\xe9\n").unwrap();
    std::fs::write(directory.join("wrong.toml"), "routs = []\n").unwrap();
    let cases: [(i32, &[&str]); 19] = [
        (0, &["--help"]),
        (0, &["-h"]),
        (0, &["run", "--help"]),
        (0, &["--version"]),
        (0, &["version"]),
        (0, &["schema"]),
        (0, &["check"]),
        (0, &["explain", "GET", "http://a/ping"]),
        (1, &["check", "-c", "absent.toml"]),
        (1, &["run", "-c", "absent.toml"]),
        (1, &["check", "-c", "."]),
        (1, &["check", "-c", "latin-1.toml"]),
        (2, &[]),
        (2, &["frobnicate"]),
        (2, &["check", "--colour"]),
        (2, &["explain", "GET"]),
        (2, &["explain", "GET", "http://a/ping", "-H", "no colon"]),
        (3, &["explain", "-c", "wrong.toml", "GET", "http://a/ping"]),
        (4, &["explain", "GET", "http://a/closed"]),
    ];
    for (code, arguments) in cases {
        let ended = portcullis(directory, arguments).await;
        assert_eq!(ended.code, Some(code), "{arguments:?}: {}", ended.stderr);
        // What was asked for goes to the one stream, what went wrong to the other.
        assert_eq!(
            ended.stdout.is_empty(),
            !matches!(code, 0 | 4),
            "{arguments:?}"
        );
        assert_eq!(
            ended.stderr.is_empty(),
            matches!(code, 0 | 4),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("latin-1.toml"), b"# caf\xe9\n").unwrap();
    for file in ["absent.toml", ".", "latin-1.toml"] {
        let ended = portcullis(directory.path(), &["check", "-c", file]).await;
        assert!(
            ended
                .stderr
                .starts_with(&format!("error: cannot read `{file}`: ")),
            "{}",
            ended.stderr
        );
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_good_file_is_called_good() {
    let directory = directory_with(FINE);
    let ended = portcullis(directory.path(), &["check"]).await;
    assert!(
        ended.stdout.starts_with("portcullis.toml: ok (1 route"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.ends_with(")\n"), "{}", ended.stdout);
}

#[tokio::test]
async fn a_taken_port_ends_it_before_another_one_serves() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let (taken_address, free) = (taken.local_addr().unwrap(), free_address().unwrap());
    for (free_name, taken_name) in [("a", "b"), ("b", "a")] {
        let file = format!(
            "[listeners.{free_name}]\nbind = \"{free}\"\n[listeners.{taken_name}]\nbind = \"{taken_address}\"\n"
        );
        let directory = directory_with(&file);
        let ended = portcullis(directory.path(), &["run"]).await;
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        let named = format!("listener `{taken_name}` cannot listen on {taken_address}");
        assert!(ended.stderr.contains(&named), "{}", ended.stderr);
        assert!(!ended.stderr.contains("\"listening\""), "{}", ended.stderr);
        assert!(TcpStream::connect(free).is_err());
    }
}

#[tokio::test]
async fn a_taken_admin_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let directory = directory_with(&format!("{FINE}[admin]\nbind = \"{address}\"\n"));
    let ended = portcullis(directory.path(), &["run"]).await;
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended
            .stderr
            .contains(&format!("[admin] cannot listen on {address}")),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let directory = directory_with(FINE);
    let commands: [(i32, &[&str]); 6] = [
        (0, &["schema"]),
        (0, &["check"]),
        (0, &["version"]),
        (0, &["--help"]),
        (0, &["explain", "GET", "http://a/ping"]),
        (2, &["frobnicate"]),
    ];
    for (code, arguments) in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(Binary::find().unwrap().path());
        command.args(arguments).current_dir(directory.path());
        command.stdout(writer.try_clone().unwrap()).stderr(writer);
        assert_eq!(
            command.status().unwrap().code(),
            Some(code),
            "{arguments:?}"
        );
    }
}
