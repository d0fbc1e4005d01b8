//! The task of an upstream that is found in etcd.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::super::{Announcer, Backoff, Event, Fault};
use super::{EtcdSource, Registry, Session};
use crate::upstream::WeakUpstream;

const BACKOFF: Backoff = Backoff {
    first: Duration::from_millis(500),
    longest: Duration::from_secs(5),
};
/// A watch that held for so long was no failure: the next member is asked at once.
const HELD: Duration = Duration::from_secs(5);

/// Keeps `upstream` at what the keys of `source` say, until it has gone.
pub(in super::super) async fn run(source: EtcdSource, upstream: WeakUpstream) {
    let mut announcer = Announcer::new(upstream, &source, BACKOFF);
    let mut registry = Registry::default();
    // Not all gateways ask the same member.
    let mut turn = fastrand::usize(..source.members.len().max(1));
    loop {
        let fault = match begin(&source, &mut turn, &mut registry).await {
            Ok(session) => {
                let since = Instant::now();
                match follow(session, &mut registry, &mut announcer).await {
                    None => return,
                    Some(_) if since.elapsed() >= HELD => continue,
                    Some(fault) => fault,
                }
            }
            Err(fault) => fault,
        };
        match announcer.tell(Event::Failed(fault)) {
            Some(wait) => sleep(wait).await,
            None => return,
        }
    }
}

/// A session with the next member that answers.
async fn begin(
    source: &EtcdSource,
    turn: &mut usize,
    registry: &mut Registry,
) -> Result<Session, Fault> {
    let mut failed = Fault::failed("the cluster has no members");
    for _ in 0..source.members.len() {
        *turn = turn.wrapping_add(1) % source.members.len();
        let Some(member) = source.members.get(*turn) else {
            break;
        };
        match Session::begin(source, member, registry).await {
            Ok(session) => return Ok(session),
            Err(fault) => failed = fault,
        }
    }
    Err(failed)
}

/// Tells of all changes until the session breaks; `None` when the upstream has gone.
async fn follow(
    mut session: Session,
    registry: &mut Registry,
    announcer: &mut Announcer,
) -> Option<Fault> {
    loop {
        announcer.tell(registry.event())?;
        if let Err(fault) = session.change(registry).await {
            return Some(fault);
        }
    }
}
