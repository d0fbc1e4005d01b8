//! An etcd that forgets what was, and one that has lost its cluster.

use gateway_testkit::{Etcd, require_component};

use crate::PATIENCE;
use crate::etcd::url;
use crate::site::{Site, any_upstream};

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_while_the_gateway_cannot_read_loses_nothing() {
    let mut etcd = Etcd::start(&require_component!("etcd")).await.unwrap();
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    etcd.put("/orders/1", &url(&one)).await.unwrap();
    let discover = format!("{{ etcd = [\"{}\"], prefix = \"/orders/\" }}", etcd.url());
    let mut site = Site::start(&discover).await;
    site.answers_only("one").await;
    // In the middle of a watch that has nothing to catch up with.
    for _ in 0..20 {
        etcd.put("/others/1", "x").await.unwrap();
    }
    compact(&etcd).await;
    etcd.put("/orders/1", &url(&two)).await.unwrap();
    site.answers_only("two").await;
    assert_eq!(site.warnings().len(), 0);

    // All that happened while the connection was away is forgotten when it is back.
    etcd.process().kill().await.unwrap();
    site.counted("discovery-failed", 1, PATIENCE).await;
    etcd.restart().await.unwrap();
    etcd.put("/orders/2", &url(&one)).await.unwrap();
    etcd.delete("/orders/1").await.unwrap();
    compact(&etcd).await;
    site.answers_only("one").await;
    site.recovered(1).await;
}

/// Has `etcd` forget all revisions but the last.
async fn compact(etcd: &Etcd) {
    let told = etcd.call("kv/range", "{\"key\": \"AA==\"}").await.unwrap();
    let (_, rest) = told.split_once("\"revision\":\"").unwrap();
    let (revision, _) = rest.split_once('"').unwrap();
    let compaction = format!("{{\"revision\": \"{revision}\", \"physical\": true}}");
    etcd.call("kv/compaction", &compaction).await.unwrap();
}
