//! A whole upstream, and its schema.

use super::super::UpstreamConfig;
use super::super::testing::{assert_shown, findings};

#[test]
fn both_forms_and_every_key() {
    let shown = findings(
        r#"
endpoints = ["http://10.0.0.5:9000", { url = "http://10.0.0.6:9000", weight = 2, priority = 1 }]
protocol = "http2"
balance = "round-robin"
slow-start = "30s"
timeout = { connect = "1s", request = "2min", idle = "1h" }
keep-alive = { timeout = "30s", connections = 8, max-age = "10min" }
limits = { connections = 100, pending = 0, requests = 50 }
concurrency = { min = 2, max = 200, tolerance = "25%", window = "50ms", probe = "30s" }
shed = { background = "50%", default = "80%" }
circuit-breaker = { failures = "40%", slow = { than = "1s", share = "5%" }, window = "20s", at-least = 50, open = "2s", max-open = "1min", trial = 1, recovery = "0s" }
retry = { attempts = 2, on = ["connect-failure", "502-504", "unavailable"], non-idempotent = true, timeout = "2s", backoff = { base = "10ms", max = "1s" }, longest-retry-after = "5s" }
retry-budget = { share = "10%", per-second = 3 }
hedge = { at = "95%", at-least = "10ms" }
deadline = { header = "x-timeout-ms" }
when-all-unhealthy = "fail"

[health-check]
path = "/healthz?full"
host = "shop.example:8080"
expect = { status = ["200-299", 304], body = "ok" }
interval = "10s"
interval-unhealthy = "1s"
interval-idle = "1min"
jitter = "20%"
timeout = "1s"
healthy = 1
unhealthy = 5

[ejection]
consecutive-failures = 3
time = "10s"
max-time = "1min"
max = "30%"
success-rate = { window = "30s", factor = 2, endpoints = 3, requests = 50 }
"#,
    );
    assert_eq!(shown, "");
    assert_eq!(findings("endpoints = ['http://a']\nretry = 'off'\n"), "");
    let url = r#"endpoints = ["http://10.0.0.5:9000"]"#;
    let shortest =
        format!("{url}\nconcurrency = \"adaptive\"\ncircuit-breaker = {{}}\nshed = {{}}");
    assert_eq!(findings(&shortest), "");
}

#[test]
fn what_is_wrong_is_shown_at_its_place() {
    let shown = findings(
        r#"endpoints = ["http://a", { url = "http://a:80", weight = 0 }, { url = "http://b", weight = 1001 }]
timeout = { connect = "0s" }
keep-alive = { max-age = "900ms" }
limits = { connections = 0, pending = 1000001, requests = 0 }
retry = { attempts = 8, on = [], timeout = "0s", backoff = { base = "2s", max = "1s" } }
retry-budget = { per-second = 10001 }
hedge = { at = "100%" }
concurrency = { min = 20, max = 10, tolerance = 0, window = "9ms", probe = "89ms" }
shed = { background = "80%", default = "0%" }
"#,
    );
    let requests = "a limit of requests is a number from 1 to 1000000";
    assert_shown(&shown, requests, "4:59");
    assert_shown(&shown, "`max`, 10, is less than `min`, 20", "8:33");
    assert_shown(&shown, "a tolerance is from 1% to 100%", "8:49");
    assert_shown(&shown, "a window is at least 10ms long", "8:61");
    assert_shown(&shown, "this leaves no time between two probes", "8:76");
    let room = "`background`, 80%, may not have more room than `default`, 0%";
    assert_shown(&shown, room, "9:23");
    assert_shown(&shown, "a share of the room is from 1% to 100%", "9:40");
    assert_shown(&shown, "`http://a:80` stands here twice", "1:26");
    assert_shown(&shown, "a weight is a number from 1 to 1000", "1:58");
    assert_shown(&shown, "a weight is a number from 1 to 1000", "1:92");
    assert_shown(&shown, "a timeout of 0 leaves time for nothing", "2:23");
    assert_shown(&shown, "connections may become at least 1s old", "3:26");
    let connections = "a limit of connections is a number from 1 to 1000000";
    assert_shown(&shown, connections, "4:26");
    let pending = "a limit of pending requests is a number from 0 to 1000000";
    assert_shown(&shown, pending, "4:39");
    let attempts = "a request may be sent again from 1 to 7 times";
    assert_shown(&shown, attempts, "5:22");
    assert_shown(&shown, "nothing would ever be sent again", "5:30");
    assert_shown(&shown, "a timeout of 0 leaves time for nothing", "5:44");
    let backoff = "the longest wait, 1s, is shorter than the first, 2s";
    assert_shown(&shown, backoff, "5:81");
    let budget = "so many retries a second are a number from 0 to 10000";
    assert_shown(&shown, budget, "6:31");
    assert_shown(
        &shown,
        "a request is hedged at a share from 1% to 99.9%",
        "7:16",
    );
    let shown = findings("endpoints = ['http://a']\nretry = { on = ['reset', 'x'] }\n");
    assert_shown(&shown, "expected what to try again on", "2:26");
    let shown = findings("endpoints = ['http://a']\nretry = 'on'\n");
    assert_shown(&shown, "expected \"off\", or a table", "2:9");
}

#[test]
fn the_schema_names_every_key_and_its_default() {
    let schema = schemars::schema_for!(UpstreamConfig).to_value();
    let properties = &schema["properties"];
    assert_eq!(properties["protocol"]["default"], "http1");
    assert_eq!(properties["balance"]["default"], "least-request");
    assert_eq!(properties["slow-start"]["default"], "0s");
    assert_eq!(properties["timeout"]["default"]["request"], "15s");
    assert_eq!(properties["keep-alive"]["default"]["connections"], 256);
    assert_eq!(properties["keep-alive"]["default"]["max-age"], "1h");
    assert_eq!(properties["limits"]["default"]["connections"], 1024);
    assert_eq!(properties["limits"]["default"]["pending"], 1024);
    assert_eq!(properties["ejection"]["default"]["consecutive-failures"], 5);
    assert_eq!(properties["ejection"]["default"]["time"], "30s");
    assert_eq!(properties["ejection"]["default"]["max-time"], "5min");
    assert_eq!(properties["when-all-unhealthy"]["default"], "try-all");
    let check = &schema["$defs"]["HealthCheckConfig"]["properties"];
    assert_eq!(check["interval"]["default"], "5s");
    assert_eq!(check["unhealthy"]["default"], 3);
    assert_eq!(properties["retry-budget"]["default"]["share"], "20%");
    assert!(properties["endpoints"]["description"].is_string());
    assert!(properties["discover"].is_object());
    // One of `endpoints` and `discover`.
    assert!(schema["required"].is_null());
}
