//! `circuit-breaker` and `concurrency`.

use super::super::testing::{assert_shown, findings};

#[test]
fn a_breaker_that_makes_no_sense_is_shown_at_its_place() {
    let shown = findings(
        r#"endpoints = ["http://a"]
[circuit-breaker]
failures = "0%"
slow = { than = "0s", share = "0.5%" }
window = "99ms"
at-least = 0
open = "2s"
max-open = "1s"
trial = 1000001
"#,
    );
    assert_shown(&shown, "a share of attempts is from 1% to 100%", "3:12");
    assert_shown(&shown, "everything takes longer than nothing", "4:17");
    assert_shown(&shown, "a share of attempts is from 1% to 100%", "4:31");
    assert_shown(&shown, "this is at least 100ms", "5:10");
    let attempts = "a number of attempts is from 1 to 1000000";
    assert_shown(&shown, attempts, "6:12");
    assert_shown(&shown, "`max-open`, 1s, is shorter than `open`, 2s", "8:12");
    let trials = "a number of trials is from 1 to 1000000";
    assert_shown(&shown, trials, "9:9");
    let shown = findings("endpoints = ['http://a']\nconcurrency = 'fixed'\n");
    let concurrency = "expected \"adaptive\", or a table with the bounds of the limit";
    assert_shown(&shown, concurrency, "2:15");
}
