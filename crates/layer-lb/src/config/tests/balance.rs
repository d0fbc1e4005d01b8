//! `balance` and `slow-start`.

use super::super::testing::{assert_shown, findings};

#[test]
fn every_way_to_choose() {
    for balance in [
        "'least-request'",
        "'peak-ewma'",
        "'random'",
        "{ hash = 'address' }",
        "{ hash = 'consumer', load-bound = '125%' }",
        "{ hash = { header = 'X-User' } }",
        "{ hash = { cookie = 'user' } }",
        "{ hash = { query = 'user' }, load-bound = 150 }",
        "{ hash = { cel = 'request.path' } }",
    ] {
        let shown = findings(&format!("endpoints = ['http://a']\nbalance = {balance}"));
        assert_eq!(shown, "");
    }
}

#[test]
fn what_is_wrong_with_the_way_to_choose_is_shown_at_its_place() {
    for (balance, message, place) in [
        ("'least-requests'", "endpoints cannot be chosen by", "2:11"),
        ("'hash'", "write { hash = { header", "2:11"),
        ("{ hash = 'adress' }", "did you mean \"address\"?", "2:20"),
        (
            "{ hash = { cookie = 'a b' } }",
            "the name of a cookie cannot contain ' '",
            "2:33",
        ),
        (
            "{ load-bound = '125%' }",
            "`load-bound` belongs to `hash`",
            "2:11",
        ),
        (
            "{ hash = 'address', load-bound = '100%' }",
            "100% is not between 101% and 1000%",
            "2:44",
        ),
        (
            "{ hash = 'address', load-bound = 1001 }",
            "1001% is not between",
            "2:44",
        ),
        ("{ }", "this table says nothing", "2:11"),
        ("{ hash = 'address', hsh = 1 }", "unknown key `hsh`", "2:31"),
        (
            "{ hash = 'address' }\nslow-start = '1s'",
            "`slow-start` does nothing where",
            "3:14",
        ),
        (
            "'random'\nslow-start = '25h'",
            "a slow start takes at most 24h",
            "3:14",
        ),
    ] {
        let shown = findings(&format!("endpoints = ['http://a']\nbalance = {balance}"));
        assert_shown(&shown, message, place);
    }
    let shown = findings("endpoints = [{ url = 'http://a', priority = 16 }]");
    assert_shown(&shown, "a priority is a number from 0 to 15", "1:45");
}

#[test]
fn a_cookie_needs_a_good_secret() {
    let directory = tempfile::tempdir().unwrap();
    let checked = |secret: &str, max_age: &str| {
        std::fs::write(directory.path().join("secret"), secret).unwrap();
        let sticky =
            format!("cookie = 'lb', secret = {{ file = 'secret' }}, max-age = '{max_age}'");
        let text = format!("endpoints = ['http://a']\nbalance = {{ sticky = {{ {sticky} }} }}");
        gateway_core::config::with_base_dir(directory.path().into(), || findings(&text))
    };
    assert_eq!(checked("0123456789abcdef", "1h"), "");
    assert_shown(&checked("short", "1h"), "has at least 16 bytes", "2:48");
    assert_shown(
        &checked("0123456789abcdef", "500ms"),
        "a cookie lives for at least 1s",
        "2:79",
    );
}
