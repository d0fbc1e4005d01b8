//! How large a head may be, as the file says.

use gateway_testkit::upstream::respond;

use super::asking::ask;
use super::counted::{ADMIN, refused, value};
use crate::passage::{ALL, Passage};
use crate::protocol::WAYS;

#[tokio::test]
async fn heads_are_no_larger_than_the_file_allows() {
    let limits = "[listeners.public.http]\nmax-header-size = \"8KiB\"\n[gateway.head]\nmax-fields = 4\nmax-target = \"64B\"\n";
    for (client, upstream) in WAYS {
        let passage = Passage::with(
            upstream,
            respond::text("done"),
            &format!("{limits}{ADMIN}{ALL}"),
        )
        .await;
        let address = passage.address();
        // Over HTTP/1.1 `Host` is one of the fields; over HTTP/2 the host is a part of the target.
        let few = [("a", "1"), ("b", "2"), ("c", "3")];
        let many = [few.as_slice(), &[("d", "4"), ("e", "5")]].concat();
        let (short, long) = (
            format!("/{}", "x".repeat(62)),
            format!("/{}", "x".repeat(64)),
        );
        let large = "x".repeat(9 << 10);
        assert_eq!(
            ask(client, address, "GET", &short, &few, "").await.status,
            200
        );
        assert_eq!(passage.upstream.requests().len(), 1);
        for (path, fields, status, code) in [
            (long.as_str(), &few[..], 414, "request/target-too-long"),
            ("/", &many[..], 431, "request/too-many-fields"),
            (
                "/",
                &[("x", large.as_str())][..],
                431,
                "request/head-too-large",
            ),
        ] {
            let told = ask(client, address, "GET", path, fields, "").await;
            assert_eq!(told.status, status, "{client:?} {code}: {told:?}");
            if status == 414 || code.ends_with("fields") {
                assert_eq!(
                    value(&passage.gateway, &refused(code)).await,
                    1,
                    "{client:?} {code}"
                );
            }
        }
        assert_eq!(passage.upstream.requests().len(), 1);
    }
}
