//! Large files load quickly.

use std::fmt::Write;
use std::time::{Duration, Instant};

use gateway_testkit::tempdir;

use crate::support::portcullis;

/// Far more than an optimised build needs.
const BOUND: Duration = Duration::from_secs(10);

/// Checks a file of so many `routes` with patterns that differ by their number.
async fn loads(routes: usize, what: &str, pattern: impl Fn(usize) -> String) {
    let mut file = String::from("[listeners.public]\nbind = \"127.0.0.1:0\"\n");
    for number in 0..routes {
        let pattern = pattern(number);
        writeln!(
            file,
            "[[routes]]\nname = \"route-{number}\"\nmatch = {pattern}\nrespond = {{ body = \"{number}\" }}"
        )
        .unwrap();
    }
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("portcullis.toml"), file).unwrap();
    let start = Instant::now();
    let ended = portcullis(directory.path(), &["check"]).await;
    let took = start.elapsed();
    println!("{routes} routes, {what}: checked in {took:?}");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains(&format!("{routes} routes")),
        "{}",
        ended.stdout
    );
    assert!(took < BOUND, "{took:?}");
}

#[tokio::test]
async fn ten_thousand_hosts() {
    loads(10_000, "a host and a path each", |number| {
        format!(
            "{{ host = \"host-{number}.example.com\", path = \"/v{}/orders/{{id}}\" }}",
            number % 7
        )
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_paths_on_one_host() {
    loads(10_000, "one host", |number| {
        format!("{{ host = \"api.example.com\", path = \"/service-{number}/{{*rest}}\", methods = [\"GET\"] }}")
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_conditions_on_one_path() {
    loads(10_000, "one path, told apart by a header", |number| {
        format!("{{ path = \"/orders\", headers = {{ x-tenant = \"tenant-{number}\" }} }}")
    })
    .await;
}

#[tokio::test]
async fn a_thousand_regular_expressions() {
    loads(1_000, "a regular expression each", |number| {
        format!("{{ path = {{ regex = \"/service-{number}/[0-9]+\" }} }}")
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_mistakes() {
    let mut file = String::from("[listeners.public]\nbind = \"127.0.0.1:0\"\n");
    for number in 0..10_000 {
        writeln!(
            file,
            "[[routes]]\nname = \"route-{number}\"\nupstream = \"none-{number}\""
        )
        .unwrap();
    }
    let directory = tempdir().unwrap();
    std::fs::write(directory.path().join("portcullis.toml"), file).unwrap();
    let start = Instant::now();
    let ended = portcullis(directory.path(), &["check"]).await;
    let took = start.elapsed();
    println!("10000 mistakes: told in {took:?}");
    assert_eq!(ended.code, Some(3));
    assert!(ended.stderr.starts_with("error: unknown upstream `none-0`"));
    assert!(took < BOUND, "{took:?}");
}
