//! `endpoints` and `discover`.

use super::super::DiscoverConfig;
use super::super::testing::{assert_shown, findings};

#[test]
fn wrong_urls_are_shown_at_the_wrong_part() {
    let shown =
        findings(r#"endpoints = ["https://a..b", "http://b/v1", { url = "http://c:x" }, 4]"#);
    assert_shown(&shown, "no certificate can be for such a name", "1:23");
    assert_shown(
        &shown,
        "an endpoint is a host and a port, without a path",
        "1:39",
    );
    assert_shown(&shown, "this is not a port from 1 to 65535", "1:63");
    assert_shown(
        &shown,
        "expected the URL of an endpoint, or a table with `url`",
        "1:69",
    );
    let shown = findings("endpoints = []");
    assert_shown(&shown, "an upstream needs at least one endpoint", "1:13");
}

#[test]
fn every_source_of_endpoints_is_understood() {
    for discover in [
        r#"{ dns = "orders.internal:9000" }"#,
        r#"{ dns = "orders.internal:9000", record = "aaaa", refresh = "10s" }"#,
        r#"{ dns = "_http._tcp.orders", record = "srv", servers = ["127.0.0.1:53"] }"#,
        r#"{ file = "endpoints.toml" }"#,
        r#"{ dns = "_http._tcp.orders.test.", record = "srv", scheme = "https" }"#,
    ] {
        assert_eq!(findings(&format!("discover = {discover}")), "");
    }
}

#[test]
fn certificates_are_for_the_name_that_stands_in_the_file() {
    for (discover, name) in [
        (r#"{ "dns": "a.test:1" }"#, None),
        (
            r#"{ "dns": "a.test:1", "scheme": "https" }"#,
            Some("a.test"),
        ),
        (
            r#"{ "dns": "_http._tcp.b.test.", "record": "srv", "scheme": "https" }"#,
            Some("b.test"),
        ),
        (r#"{ "file": "a" }"#, None),
    ] {
        let discover: DiscoverConfig = serde_json::from_str(discover).unwrap();
        let found = discover.certificate_name().unwrap();
        assert_eq!(found.map(|name| name.to_string()).as_deref(), name);
    }
    let shown = findings("discover = { dns = 'a:1' }\nprotocol = 'auto'\n");
    assert_shown(&shown, "these endpoints have none", "1:12");
}

#[test]
fn endpoints_stand_there_or_are_discovered() {
    let shown = findings("");
    assert!(
        shown.contains("an upstream needs at least one endpoint"),
        "{shown}"
    );
    let shown = findings("endpoints = [\"http://a\"]\ndiscover = { file = \"x\" }\n");
    assert_shown(
        &shown,
        "an upstream has either `endpoints` or `discover`",
        "2:12",
    );
}

#[test]
fn what_is_wrong_with_a_source_is_shown_at_its_place() {
    for (discover, wrong, message) in [
        (
            "{}",
            "{",
            "`discover` needs one of `dns`, `file` and `etcd`",
        ),
        (
            "{ file = 'x', dns = 'a:80' }",
            "'x'",
            "`discover` has both `dns` and `file`",
        ),
        (
            "{ file = 'x', record = 'a' }",
            "'a'",
            "`record` says nothing about `file`",
        ),
        (
            "{ file = 'x', prefix = '/a' }",
            "'/a'",
            "`prefix` says nothing about `file`",
        ),
        ("{ file = '' }", "''", "no file can have this name"),
        ("{ dns = 'a' }", "'a'", "the port of the service is missing"),
        (
            "{ dns = 'a:1', record = 'srv' }",
            "'a:1'",
            "SRV records say the ports themselves",
        ),
        ("{ dns = 'a:1', record = 'mx' }", "'mx'", "unknown value"),
        (
            "{ dns = 'a:1', refresh = '900ms' }",
            "'900ms'",
            "DNS is asked once in a second at most",
        ),
        (
            "{ dns = 'a:1', servers = [] }",
            "[]",
            "here stand from 1 to 16 name servers",
        ),
        (
            "{ dns = 'a:1', servers = ['ns1'] }",
            "'ns1'",
            "expected the address of a name server",
        ),
        (
            "{ dns = 'http://a:1' }",
            "http",
            "this is a name in DNS and no URL",
        ),
        ("{ etcd = ['http://a:1'] }", "['", "`etcd` needs a `prefix`"),
        (
            "{ etcd = ['http://a:1'], prefix = '' }",
            "''",
            "`etcd` needs a `prefix`",
        ),
        (
            "{ etcd = [], prefix = '/' }",
            "[]",
            "here stand from 1 to 16 members",
        ),
        (
            "{ etcd = ['http://a:1'], prefix = '/', username = 'u' }",
            "'u'",
            "`username` needs a `password`",
        ),
        (
            "{ file = 'x', scheme = 'https' }",
            "'https'",
            "`scheme` says nothing about `file`",
        ),
        (
            "{ file = 'x', tls = { server-name = 'a' } }",
            "{ server",
            "`tls` says nothing about `file`",
        ),
        (
            "{ etcd = ['http://a:1'], prefix = '/', tls = { server-name = 'a' } }",
            "'http",
            "with `tls` no member is spoken to in the clear",
        ),
        (
            "{ etcd = ['unix:/a'], prefix = '/' }",
            "'unix",
            "etcd is spoken to over `http://` or `https://`",
        ),
    ] {
        let text = format!("discover = {discover}");
        let column = text.find(wrong).unwrap() + 1;
        assert_shown(&findings(&text), message, &format!("1:{column}"));
    }
}
