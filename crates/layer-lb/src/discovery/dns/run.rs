//! The task of an upstream that is found in DNS.

use std::time::Duration;

use tokio::time::sleep;

use super::super::{Announcer, Backoff};
use super::{DnsSource, Lookup};
use crate::upstream::WeakUpstream;

/// After failures a name is looked up again within this at the latest, however long `refresh` is.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Looks `source` up whenever its last answer has grown old, until `upstream` has gone.
pub(in super::super) async fn run(source: DnsSource, upstream: WeakUpstream) {
    let backoff = Backoff {
        first: Duration::from_millis(250),
        longest: source.refresh.min(LONGEST_WAIT),
    };
    let mut announcer = Announcer::new(upstream, &source, backoff);
    let mut lookup = Lookup::new(source);
    while let Some(next) = announcer.tell(lookup.ask().await) {
        sleep(next).await;
    }
}
