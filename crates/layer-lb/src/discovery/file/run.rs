//! The task of an upstream whose endpoints stand in a file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::super::{Announcer, Backoff, Event, Fault};
use super::{Look, parse};
use crate::upstream::WeakUpstream;

/// How often the file is looked at.
const PERIOD: Duration = Duration::from_secs(1);

/// Looks at the file at `path` every second, until `upstream` has gone. Only what has changed is told, so that a file
/// which is wrong counts once.
pub(in super::super) async fn run(path: Arc<Path>, upstream: WeakUpstream) {
    let always = Backoff {
        first: PERIOD,
        longest: PERIOD,
    };
    let name = format!("file {}", path.display());
    let mut announcer = Announcer::new(upstream.clone(), &name, always);
    let mut seen = None;
    while upstream.is_there() {
        if let Some(look) = Look::change(&path, seen.as_ref()).await {
            if announcer.tell(event(&path, &look).await).is_none() {
                return;
            }
            seen = Some(look);
        }
        sleep(PERIOD).await;
    }
}

/// Reading thousands of lines takes longer than a task may hold its thread.
async fn event(path: &Arc<Path>, look: &Look) -> Event {
    let bytes = match look {
        Look::Content(bytes) => bytes.clone(),
        Look::Unreadable(cause) => return Event::Failed(Fault::failed(cause)),
    };
    let path = Arc::clone(path);
    let parsed = tokio::task::spawn_blocking(move || parse(&path, &bytes)).await;
    match parsed.unwrap_or_else(|error| Err(Fault::failed(error))) {
        Ok(endpoints) => Event::Found {
            endpoints,
            good_for: PERIOD,
            flaw: None,
        },
        Err(fault) => Event::Failed(fault),
    }
}
