//! Files, parts of files and answers without files, as curl gets them.

use gateway_testkit::require_component;

use super::site::{FILES, SPEAKING, Site, content};

#[tokio::test]
async fn files_come_through_byte_for_byte() {
    let (nginx, curl) = (require_component!("nginx"), require_component!("curl"));
    let site = Site::new(&nginx).await;
    for speaking in SPEAKING {
        let expected = if speaking == "--http1.1" {
            "1.1 200"
        } else {
            "2 200"
        };
        for (name, path) in FILES {
            // One at a time: curl 7.88 cannot use a connection of prior knowledge a second time.
            let arguments = [
                speaking,
                "-o",
                "file",
                "-w",
                "%{http_version} %{http_code}",
                &site.url(path),
            ];
            assert_eq!(site.curl(&curl, &arguments).await, expected, "{name}");
            assert!(
                site.downloaded("file") == content(name),
                "{speaking} {name}"
            );
        }
    }
}

#[tokio::test]
async fn ranges_heads_and_validators_come_through() {
    let (nginx, curl) = (require_component!("nginx"), require_component!("curl"));
    let site = Site::new(&nginx).await;
    let large = content("large.bin");
    for speaking in SPEAKING {
        let url = site.url("/large.bin");
        let range = ["-r", "1000000-1999999", "-o", "part", "-w", "%{http_code}"];
        assert_eq!(
            site.curl(&curl, &[&[speaking, &url][..], &range].concat())
                .await,
            "206"
        );
        assert!(site.downloaded("part") == large[1_000_000..2_000_000]);

        let head = site
            .curl(&curl, &[speaking, "-I", &url])
            .await
            .to_lowercase();
        assert!(
            head.contains(&format!("\r\ncontent-length: {}\r\n", large.len())),
            "{head}"
        );
        assert!(head.contains("\r\nserver: nginx"), "{head}");

        let etag = head
            .lines()
            .find_map(|line| line.strip_prefix("etag: "))
            .unwrap()
            .trim();
        let condition = format!("If-None-Match: {etag}");
        let unmodified = site
            .curl(&curl, &[speaking, "-i", "-H", &condition, &url])
            .await;
        assert!(unmodified.split(' ').nth(1) == Some("304"), "{unmodified}");
        assert!(
            unmodified.ends_with("\r\n\r\n"),
            "304 with a body: {unmodified}"
        );

        let absent = site
            .curl(&curl, &[speaking, "-i", &site.url("/absent")])
            .await;
        assert!(
            absent.split(' ').nth(1) == Some("404") && absent.contains("<center>nginx"),
            "{absent}"
        );
    }
}
