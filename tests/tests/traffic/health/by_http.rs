//! nginx, asked for a file and for a connection.

use std::path::Path;

use gateway_testkit::{Nginx, require_component};

use super::asked::Asked;

/// nginx that answers with `name`, and is well while its file `healthz` says so.
async fn start(nginx: &Path, name: &str) -> Nginx {
    let server =
        format!("location = /healthz {{ root files; }} location / {{ return 200 {name}; }}");
    let nginx = Nginx::start(nginx, &server).await.unwrap();
    std::fs::create_dir_all(nginx.directory().join("files")).unwrap();
    say(&nginx, "state: ok\n");
    nginx
}

fn say(nginx: &Nginx, text: &str) {
    // Written beside it and renamed, so that it is never seen half written.
    let file = nginx.directory().join("files/healthz");
    let beside = nginx.directory().join("files/next");
    std::fs::write(&beside, text).unwrap();
    std::fs::rename(beside, file).unwrap();
}

#[tokio::test]
async fn a_server_is_out_while_its_page_is_wrong_or_away() {
    let nginx = require_component!("nginx");
    let (a, b) = (start(&nginx, "a").await, start(&nginx, "b").await);
    let check = r#"path = "/healthz", expect = { body = "state: ok" }"#;
    let asked = Asked::new(&[a.address(), b.address()], check);
    asked.until_passed(4).await;
    for wrong in [Some("state: closing\n"), None] {
        match wrong {
            Some(text) => say(&a, text),
            None => std::fs::remove_file(a.directory().join("files/healthz")).unwrap(),
        }
        asked.until_available(1).await;
        for _ in 0..4 {
            assert_eq!(asked.get("/").await.text(), "b");
        }
        say(&a, "state: ok\n");
        asked.until_available(2).await;
    }
}

#[tokio::test]
async fn a_server_that_has_gone_is_found_out_by_its_port() {
    let nginx = require_component!("nginx");
    let (a, b) = (start(&nginx, "a").await, start(&nginx, "b").await);
    let asked = Asked::new(&[a.address(), b.address()], "tcp = true");
    asked.until_passed(4).await;
    drop(a);
    asked.until_available(1).await;
    for _ in 0..4 {
        assert_eq!(asked.get("/").await.text(), "b");
    }
    drop(b);
    asked.until_available(0).await;
    assert_eq!(asked.get("/").await.status, 503);
}
