//! An etcd that is spoken to over TLS.

use std::fs;
use std::path::PathBuf;

use gateway_testkit::{Etcd, TempDir, require_component, tempdir};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::PATIENCE;
use crate::etcd::url;
use crate::site::{Site, any_upstream};

/// An authority, and a certificate for `etcd.test` by it that both ends show: `ca.pem`, `one.pem`, `one.key`.
fn certificates() -> TempDir {
    let directory = tempdir().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["etcd.test".to_owned()]).unwrap();
    let one = params.signed_by(&key, &ca).unwrap();
    for (name, text) in [
        ("ca.pem", ca.pem()),
        ("one.pem", one.pem()),
        ("one.key", key.serialize_pem()),
    ] {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_believed_by_its_certificate_and_asks_for_ours() {
    let directory = certificates();
    let path = |name: &str| -> PathBuf { directory.path().join(name) };
    let [ca, certificate, key] = ["ca.pem", "one.pem", "one.key"].map(path);
    let program = require_component!("etcd");
    let etcd = Etcd::start_with_tls(&program, &ca, &certificate, &key).await;
    let etcd = etcd.unwrap();
    let (one, two) = (any_upstream("one").await, any_upstream("two").await);
    etcd.put("/orders/1", &url(&one)).await.unwrap();
    let member = etcd.secured().unwrap();
    let discover = |tls: &str| {
        format!("{{ etcd = [\"https://{member}\"], prefix = \"/orders/\", tls = {{ {tls} }} }}")
    };
    let ca = format!("ca = {ca:?}");
    let shown = format!("certificate = {certificate:?}, key = {key:?}");
    let name = "server-name = \"etcd.test\"";
    let mut right = Site::start(&discover(&format!("{ca}, {shown}, {name}"))).await;
    right.answers_only("one").await;
    etcd.put("/orders/1", &url(&two)).await.unwrap();
    right.answers_only("two").await;
    assert_eq!(right.warnings().len(), 0);

    for (tls, cause) in [
        // Its certificate is not for 127.0.0.1.
        (format!("{ca}, {shown}"), "certificate"),
        // It asks for a certificate, and says that after our side of the handshake has ended: whether its alert or the
        // end of the connection is seen first is chance.
        (format!("{ca}, {name}"), "the connection was lost"),
    ] {
        let mut wrong = Site::start(&discover(&tls)).await;
        wrong.counted("discovery-failed", 2, PATIENCE).await;
        assert_eq!(wrong.get("/").await.status, 503);
        let warnings = wrong.warnings();
        assert_eq!(warnings.len(), 1, "{warnings:#?}");
        assert!(warnings[0].contains(cause), "{}", warnings[0]);
    }
}
