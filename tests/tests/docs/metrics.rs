//! The tables of metrics are complete and name none that is gone; the tables of limits tell the defaults.

use std::collections::BTreeSet;

use gateway_core::config::Source;
use gateway_testkit::{InProcessGateway, http_client};
use portcullis::Gateway;

use crate::repository::read;

/// The first column of the table of `document` whose head begins with `head`.
fn column(document: &str, head: &str) -> BTreeSet<String> {
    let text = read(document);
    let rows = text.lines().skip_while(|line| !line.starts_with(head));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let names: Vec<String> = rows
        .filter_map(|row| Some(row.strip_prefix("| `")?.split('`').next()?.to_owned()))
        .collect();
    let unique: BTreeSet<String> = names.iter().cloned().collect();
    assert_eq!(unique.len(), names.len(), "{names:?}");
    unique
}

/// All values of a label.
fn values(scrape: &str, label: &str) -> BTreeSet<String> {
    let start = format!("{label}=\"");
    let values = scrape.split(&start).skip(1);
    values
        .filter_map(|rest| Some(rest.split('"').next()?.to_owned()))
        .collect()
}

#[tokio::test]
async fn every_metric_is_in_the_tables() {
    let gateway = InProcessGateway::start(
        "[listeners.public]\nbind = \"127.0.0.1:0\"\n[admin]\nbind = \"127.0.0.1:0\"\n\
         [upstreams.main]\nendpoints = [\"http://127.0.0.1:1\"]\n\
         [[routes]]\nname = \"main\"\nmatch = { path = \"/\" }\nupstream = \"main\"\n",
    )
    .unwrap();
    let url = format!("http://{}/metrics", gateway.admin_address().unwrap());
    let scrape = http_client::get(&url).await.unwrap().text();
    let metrics = scrape
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "));
    let metrics: BTreeSet<String> = metrics
        .filter_map(|metric| match metric.split_once(' ')? {
            (name, "counter") => Some(format!("{name}_total")),
            (name, _) => Some(name.to_owned()),
        })
        .collect();
    assert_eq!(column("docs/metrics.md", "| metric |"), metrics);
    assert_eq!(
        column("docs/metrics.md", "| reason |"),
        values(&scrape, "reason")
    );
    assert_eq!(
        column("docs/metrics.md", "| event |"),
        values(&scrape, "event")
    );
}

/// `key = default` for each row of the tables of a listener's limits whose default is a value, in the form of TOML.
fn defaults() -> String {
    let text = read("docs/wire.md");
    let (_, tables) = text.split_once("## How long a client may take").unwrap();
    let (tables, _) = tables.split_once("## How long an endpoint").unwrap();
    let mut lines = String::new();
    for row in tables.lines().filter(|row| row.starts_with("| `http")) {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let keys = cells.next().unwrap().split(", ");
        for (key, default) in keys.zip(cells.next().unwrap().split(", ")) {
            let default = default.trim_matches('`').replace(',', "_");
            lines.push_str(&format!("{} = {default}\n", key.trim_matches('`')));
        }
    }
    lines
}

#[test]
fn the_defaults_of_a_listener_are_told() {
    let limits = |keys: &str| {
        let file = format!("[listeners.public]\nbind = \"127.0.0.1:0\"\n{keys}");
        let configuration = Gateway::new().load(&Source::new("file.toml", file));
        configuration.unwrap().listeners[0].limits
    };
    let told = defaults();
    assert_eq!(told.lines().count(), 12, "{told}");
    assert_eq!(limits(&told), limits(""), "{told}");
}
