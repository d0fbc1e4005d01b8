//! A layer of one's own has what ours have: a schema, errors with a caret, `mode` and `when`.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails a test")]

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use gateway_testkit::{Answer, Binary, GatewayProcess, HttpClient, tempdir, wait_until};
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_custom-layer");

/// The example's own file.
const EXAMPLE: &str = include_str!("../gateway.toml");

fn run(arguments: &[&str], directory: &Path) -> Output {
    Command::new(BINARY)
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap()
}

/// What `check` says about the example with `wrong` in the place of `right`.
fn told_about(right: &str, wrong: &str) -> String {
    assert!(EXAMPLE.contains(right));
    let directory = tempdir().unwrap();
    std::fs::write(
        directory.path().join("gateway.toml"),
        EXAMPLE.replace(right, wrong),
    )
    .unwrap();
    let output = run(&["check", "-c", "gateway.toml"], directory.path());
    assert_eq!(output.status.code(), Some(3));
    String::from_utf8(output.stderr).unwrap()
}

/// The gateway of the example, on a free port, with `more` lines in the layer's table.
async fn serve(more: &str) -> GatewayProcess {
    let file = EXAMPLE.replace("127.0.0.1:8080", "127.0.0.1:0");
    let file = file.replace(
        "type = \"maintenance\"\n",
        &format!("type = \"maintenance\"\n{more}"),
    );
    Binary::at(BINARY).unwrap().serve(&file).await.unwrap()
}

async fn send(gateway: &GatewayProcess, method: &str) -> Answer {
    let client = HttpClient::http1(gateway.address("public").unwrap())
        .await
        .unwrap();
    let request = http::Request::builder()
        .method(method)
        .uri("/")
        .body("".into());
    client.send(request.unwrap()).await.unwrap()
}

#[test]
fn the_example_loads() {
    let output = run(
        &["check", "-c", "gateway.toml"],
        Path::new(env!("CARGO_MANIFEST_DIR")),
    );
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_version_lists_it_beside_ours() {
    let output = run(&["version"], Path::new("."));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("api-key") && text.contains("maintenance"),
        "{text}"
    );
}

#[test]
fn the_schema_has_its_keys_and_those_of_every_layer() {
    let output = run(&["schema"], Path::new("."));
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    let layers = schema["properties"]["layers"]["additionalProperties"]["oneOf"]
        .as_array()
        .unwrap();
    let is_ours = |layer: &&Value| layer["properties"]["type"]["const"] == "maintenance";
    let ours = layers.iter().find(is_ours).unwrap();
    let keys: Vec<&String> = ours["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["back-in", "mode", "type", "when"]);
    assert_eq!(ours["required"], serde_json::json!(["back-in", "type"]));
    assert_eq!(ours["additionalProperties"], false);
    let back_in = &ours["properties"]["back-in"];
    assert_eq!(
        back_in["description"],
        "When clients may come back, such as \"10min\"."
    );
    assert_eq!(back_in["$ref"], "#/$defs/Duration");
}

#[test]
fn a_wrong_key_in_its_table_gets_a_caret() {
    assert_eq!(
        told_about("back-in", "back_in"),
        "\
error: unknown key `back_in`
  --> gateway.toml:10:1
   |
10 | back_in = \"10min\"
   | ^^^^^^^
   |
   = help: did you mean `back-in`?

1 error in gateway.toml
"
    );
}

#[test]
fn a_wrong_value_in_its_table_gets_a_caret() {
    assert_eq!(
        told_about("10min", "10m"),
        "\
error: unknown unit `m`
  --> gateway.toml:10:14
   |
10 | back-in = \"10m\"
   |              ^
   |
   = help: write \"10min\"

1 error in gateway.toml
"
    );
}

#[tokio::test]
async fn it_refuses_while_its_condition_holds() {
    let gateway = serve("").await;
    let passed = send(&gateway, "GET").await;
    assert_eq!(
        (passed.status.as_u16(), passed.text().as_str()),
        (200, "hello\n")
    );

    let refused = send(&gateway, "POST").await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("600"));
    assert_eq!(
        refused.header("content-type"),
        Some("application/problem+json")
    );
    let problem: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(problem["code"], "maintenance/under-way");
}

#[tokio::test]
async fn in_observe_mode_requests_pass_and_the_log_tells_what_would_have_been() {
    let mut gateway = serve("mode = \"observe\"\n").await;
    let passed = send(&gateway, "POST").await;
    assert_eq!(
        (passed.status.as_u16(), passed.text().as_str()),
        (200, "hello\n")
    );
    assert_eq!(passed.header("retry-after"), None);

    let would_refuse = |entry: Value| {
        entry["code"] == "maintenance/under-way"
            && entry["layer"] == "closed"
            && entry["status"] == 503
    };
    let is_observed = |line: &str| serde_json::from_str(line).is_ok_and(would_refuse);
    let process = gateway.process();
    let logged = async || process.stderr().lines().any(is_observed);
    wait_until(Duration::from_secs(10), logged).await.unwrap();
}

#[tokio::test]
async fn switched_off_it_is_not_there() {
    let gateway = serve("mode = \"off\"\n").await;
    assert_eq!(send(&gateway, "POST").await.status, 200);
}
