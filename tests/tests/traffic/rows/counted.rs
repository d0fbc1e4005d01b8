//! What `/metrics` says while a test goes on.

use gateway_testkit::{InProcessGateway, wait_until};

use crate::PATIENCE;
use crate::metrics::Scrape;

/// The section that makes a gateway tell what it counts.
pub(crate) const ADMIN: &str = "[admin]\nbind = \"127.0.0.1:0\"\n";

/// The value of a series now.
pub(crate) async fn value(gateway: &InProcessGateway, series: &str) -> u64 {
    Scrape::of(gateway.admin_address().unwrap())
        .await
        .value(series)
}

/// Waits until a series has this value.
pub(crate) async fn becomes(gateway: &InProcessGateway, series: &str, wanted: u64) {
    let reached = wait_until(PATIENCE, async || value(gateway, series).await == wanted).await;
    let is = value(gateway, series).await;
    assert!(reached.is_ok(), "{series} is {is}, wanted {wanted}");
}

/// The series of the connections of `public` that were ended for `reason`.
pub(crate) fn ended(reason: &str) -> String {
    format!(
        "portcullis_listener_connections_ended_total{{listener=\"public\",reason=\"{reason}\"}}"
    )
}

/// The series of what happened on the connections to `main`.
pub(crate) fn event(event: &str) -> String {
    format!("portcullis_upstream_events_total{{upstream=\"main\",event=\"{event}\"}}")
}

/// The series of the refusals with this code.
pub(crate) fn refused(code: &str) -> String {
    format!("portcullis_rejections_total{{code=\"{code}\"}}")
}
