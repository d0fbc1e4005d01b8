//! A wrong file opens no port.

use std::net::TcpListener;

use gateway_testkit::tempdir;

use crate::support::{portcullis, wrong_directory, wrong_files};

/// The port in all wrong files.
const WRITTEN: &str = ":8080\"";

#[tokio::test]
async fn a_wrong_file_is_refused_before_any_port_is_touched() {
    // The port is taken: had `run` tried to bind it, it would have failed with 1.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!(":{}\"", taken.local_addr().unwrap().port());
    let directory = tempdir().unwrap();
    for name in wrong_files() {
        let file = format!("{name}.toml");
        let text = std::fs::read_to_string(wrong_directory().join(&file)).unwrap();
        std::fs::write(directory.path().join(&file), text.replace(WRITTEN, &port)).unwrap();
        let ended = portcullis(directory.path(), &["run", "-c", &file]).await;
        assert_eq!(ended.code, Some(3), "{file}: {}", ended.stderr);
        assert!(
            !ended.stderr.contains("listening"),
            "{file}: {}",
            ended.stderr
        );
    }
}

#[tokio::test]
async fn run_says_what_check_says() {
    for name in ["everything-wrong", "missing-fact", "tie"] {
        let file = format!("{name}.toml");
        let checked = portcullis(&wrong_directory(), &["check", "-c", &file]).await;
        let run = portcullis(&wrong_directory(), &["run", "-c", &file]).await;
        assert_eq!(run.stderr, checked.stderr);
    }
}
