//! Endpoints from a file.

use std::fs;
use std::path::PathBuf;

use gateway_testkit::upstream::Upstream;

use crate::PATIENCE;
use crate::site::{Site, any_upstream};
use crate::traffic::Traffic;

/// A gateway whose endpoints stand in a file beside its own, which names `first`.
async fn site(first: &Upstream) -> (Site, PathBuf) {
    let mut site = Site::start("{ file = \"endpoints.toml\" }").await;
    // The gateway's directory is known once it runs.
    let file = site.directory().join("endpoints.toml");
    site.counted("discovery-failed", 1, PATIENCE).await;
    assert_eq!(site.get("/").await.status, 503);
    fs::write(&file, listing(&[first])).unwrap();
    site.answers("one").await;
    site.recovered(1).await;
    (site, file)
}

fn listing(upstreams: &[&Upstream]) -> String {
    let urls = upstreams
        .iter()
        .map(|upstream| format!("    \"http://{}\",\n", upstream.address()));
    format!("endpoints = [\n{}]\n", urls.collect::<String>())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_endpoint_spoils_the_whole_version_and_no_request() {
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    let (mut site, file) = site(&one).await;
    let traffic = Traffic::start(site.address());
    let told = site.warnings().len();
    let bad = format!(
        "{}\n# more\n",
        listing(&[&two]).replace("endpoints = [", "endpoints = [\n\"http://x:0\",")
    );
    fs::write(&file, &bad).unwrap();
    site.counted("discovery-refused", 1, PATIENCE).await;
    // It is looked at every second.
    tokio::time::sleep(std::time::Duration::from_millis(3200)).await;
    assert_eq!(site.count("discovery-refused").await, 1);
    site.answers_only("one").await;
    let warnings = site.warnings().split_off(told);
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    for part in [
        "endpoints.toml:2:11",
        "\\\"http://x:0\\\"",
        "^",
        "not a port",
    ] {
        assert!(warnings[0].contains(part), "{part} in {}", warnings[0]);
    }
    // Another mistake is another fault.
    fs::write(&file, bad.replace("x:0", "x:y")).unwrap();
    site.counted("discovery-refused", 2, PATIENCE).await;
    assert_eq!(site.warnings().len(), told + 2);
    fs::write(&file, listing(&[&two])).unwrap();
    site.answers_only("two").await;
    site.recovered(2).await;
    traffic.end(100).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_an_editor_writes_it_the_file_is_followed() {
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    let (mut site, file) = site(&one).await;
    let traffic = Traffic::start(site.address());
    let (told, beside) = (site.warnings().len(), file.with_extension("new"));

    // Written beside it and renamed over it.
    fs::write(&beside, listing(&[&two])).unwrap();
    fs::rename(&beside, &file).unwrap();
    site.answers_only("two").await;
    // The old one renamed away, the new one written in its place.
    fs::rename(&file, file.with_extension("bak")).unwrap();
    fs::write(&file, listing(&[&one])).unwrap();
    site.answers_only("one").await;
    // A link that points elsewhere, as in the volumes of Kubernetes.
    fs::write(&beside, listing(&[&two])).unwrap();
    let link = file.with_extension("link");
    std::os::unix::fs::symlink(&beside, &link).unwrap();
    fs::rename(&link, &file).unwrap();
    site.answers_only("two").await;
    // Of the same length and the same time.
    let time = fs::metadata(&beside).unwrap().modified().unwrap();
    let listed = listing(&[&one]);
    fs::write(&beside, &listed).unwrap();
    fs::File::open(&beside).unwrap().set_modified(time).unwrap();
    site.answers_only("one").await;
    assert_eq!(site.warnings().len(), told);

    // Gone altogether, it is a fault, and nothing else.
    fs::remove_file(&file).unwrap();
    site.counted("discovery-failed", 2, PATIENCE).await;
    tokio::time::sleep(std::time::Duration::from_millis(2200)).await;
    assert_eq!(site.count("discovery-failed").await, 2);
    assert_eq!(site.warnings().len(), told + 1);
    assert_eq!(site.get("/").await.text(), "one");
    traffic.end(100).await;
}
