//! An etcd that asks who it is.

use data_encoding::BASE64;
use gateway_testkit::{Binary, Etcd, require_component};

use crate::PATIENCE;
use crate::etcd::url;
use crate::site::{Site, any_upstream};

/// A gateway that logs in with this password.
async fn site(etcd: &Etcd, password: &str) -> Site {
    let mut command = Binary::find().unwrap().command();
    command.env("ETCD_PASSWORD", password);
    let discover = format!(
        "{{ etcd = [\"http://127.0.0.1:1\", \"{}\"], prefix = \"/orders/\", username = \"gate\", \
         password = {{ env = \"ETCD_PASSWORD\" }} }}",
        etcd.url()
    );
    Site::start_by(command, &discover).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_and_a_wrong_password_is_a_fault() {
    let etcd = Etcd::start(&require_component!("etcd")).await.unwrap();
    let one = any_upstream("one").await;
    etcd.put("/orders/1", &url(&one)).await.unwrap();
    let [key, end] = ["/orders/", "/orders0"].map(|key| BASE64.encode(key.as_bytes()));
    let grant = format!(
        "{{\"name\": \"reader\", \"perm\": {{\"permType\": \"READ\", \"key\": \"{key}\", \"range_end\": \"{end}\"}}}}"
    );
    for (method, json) in [
        (
            "auth/user/add",
            "{\"name\": \"root\", \"password\": \"r00t\"}",
        ),
        (
            "auth/user/add",
            "{\"name\": \"gate\", \"password\": \"keeper\"}",
        ),
        ("auth/role/add", "{\"name\": \"root\"}"),
        ("auth/role/add", "{\"name\": \"reader\"}"),
        ("auth/role/grant", &grant),
        (
            "auth/user/grant",
            "{\"user\": \"root\", \"role\": \"root\"}",
        ),
        (
            "auth/user/grant",
            "{\"user\": \"gate\", \"role\": \"reader\"}",
        ),
        ("auth/enable", "{}"),
    ] {
        etcd.call(method, json).await.unwrap();
    }
    let mut right = site(&etcd, "keeper").await;
    right.answers_only("one").await;
    // That one of two members does not answer is no fault.
    assert_eq!(right.warnings().len(), 0);

    let mut wrong = site(&etcd, "robber").await;
    wrong.counted("discovery-failed", 3, PATIENCE).await;
    assert_eq!(wrong.get("/").await.status, 503);
    let warnings = wrong.warnings();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(!warnings[0].contains("robber"));
}
