//! Checking that heads are refused and that the upstream never hears of them.

use super::probe::{Connection, Probe};

/// Sends each head, with `\r\n` for each line and `a` for the host unless it says otherwise; checks the status
/// and the connection, and that the upstream saw nothing.
pub(super) async fn check(cases: &[(&str, u16, Connection)]) {
    let probe = Probe::new().await;
    let mut wrong = Vec::new();
    for (head, status, connection) in cases {
        let request = format!("{}\r\n\r\n", head.replace('\n', "\r\n"));
        let outcome = probe.send(request.as_bytes()).await;
        let is = outcome.response.status().unwrap().as_u16();
        let head: String = head.chars().take(120).collect();
        if (is, outcome.connection, outcome.seen.is_none()) != (*status, *connection, true) {
            let seen = outcome.seen.map(|seen| seen.uri);
            let found = format!("{is} {:?} {seen:?}", outcome.connection);
            wrong.push(format!("{head:?}: {found}, wanted {status} {connection:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
