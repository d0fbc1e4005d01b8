//! Which deadline of a connection has passed.

use std::time::Duration;

use gateway_core::deadline::after;
use tokio::time::Instant;

use super::watch::Seen;
use crate::server::{ConnectionLimits, Ending};

/// How long a client may take to leave, or to read our goodbye.
pub(super) const PARTING: Duration = Duration::from_secs(1);

/// What a connection is doing, and since when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Doing {
    /// When it was opened.
    pub(super) opened: Instant,
    /// When it will be old.
    pub(super) expires: Instant,
    /// What was noted of its socket.
    pub(super) seen: Seen,
    /// What its streams are at.
    pub(super) streams: Streams,
    /// When a ping was sent that has not come back.
    pub(super) pinged: Option<Instant>,
    /// When the client was told to begin no more streams.
    pub(super) going_away: Option<Instant>,
}

/// What the streams of a connection are at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Streams {
    /// Requests are under way.
    Busy,
    /// All answers are done but not taken: the client gives no window for them.
    Lingering { since: Instant },
    /// None are left.
    None { since: Instant },
}

/// What has to be done about a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// End it now.
    End(Ending),
    /// End it once its streams have ended.
    GoAway(Ending),
    /// Nothing is left to do on it, and the client does not leave by itself.
    Gone,
    /// Ask whether the client is still there.
    Ping,
}

/// What has to be done now, or else when to look again at the latest for what is known.
pub(super) fn check(
    doing: &Doing,
    limits: &ConnectionLimits,
    now: Instant,
) -> Result<Instant, Due> {
    let mut next = now + soonest(limits);
    let mut due = |since: Instant, limit: Duration, due: Due| {
        let deadline = after(since, limit);
        if deadline <= now {
            return Err(due);
        }
        next = next.min(deadline);
        Ok(())
    };
    let Doing { seen, .. } = doing;
    if !seen.has_begun {
        due(doing.opened, limits.header_timeout, Due::End(Ending::Head))?;
    }
    if let Some(since) = seen.blocked {
        // Nothing is read meanwhile, so no frame can end; what cannot be written cannot be answered.
        due(since, limits.write_timeout, Due::End(Ending::Write))?;
    } else {
        match (seen.unfinished, doing.streams) {
            (Some(since), _) if seen.in_head => {
                due(since, limits.header_timeout, Due::End(Ending::Head))?;
            }
            // A body for nobody, or the first bytes of anything: while streams are under way the ping covers it.
            (Some(began), Streams::None { since } | Streams::Lingering { since }) => {
                let since = since.max(began);
                due(since, limits.header_timeout, Due::End(Ending::Head))?;
            }
            _ => {}
        }
        match doing.pinged {
            Some(since) => due(since, limits.ping_timeout, Due::End(Ending::Ping))?,
            None => due(seen.read, limits.ping_interval, Due::Ping)?,
        }
    }
    match (doing.streams, doing.going_away) {
        (Streams::Busy, _) => {}
        (Streams::Lingering { since }, _) => {
            due(since, limits.write_timeout, Due::End(Ending::Write))?;
        }
        (Streams::None { since }, Some(told)) => due(since.max(told), PARTING, Due::Gone)?,
        (Streams::None { since }, None) => {
            due(since, limits.idle_timeout, Due::GoAway(Ending::Idle))?;
        }
    }
    if doing.going_away.is_none() {
        due(doing.expires, Duration::ZERO, Due::GoAway(Ending::Age))?;
    }
    Ok(next)
}

/// Something new may begin at any moment, and none of its deadlines is nearer than this.
fn soonest(limits: &ConnectionLimits) -> Duration {
    limits
        .soonest()
        .min(limits.body.grace)
        .min(limits.ping_interval)
        .min(limits.ping_timeout)
        .max(Duration::from_millis(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// A connection that has been idle since it was opened.
    fn idle(opened: Instant) -> Doing {
        Doing {
            opened,
            expires: opened + secs(3600),
            seen: Seen {
                read: opened,
                blocked: None,
                unfinished: None,
                in_head: false,
                partial_data: 0,
                has_begun: true,
            },
            streams: Streams::None { since: opened },
            pinged: None,
            going_away: None,
        }
    }

    fn busy(opened: Instant) -> Doing {
        Doing {
            streams: Streams::Busy,
            ..idle(opened)
        }
    }

    /// When it comes to what.
    fn outcome(doing: &Doing) -> (u64, Due) {
        let limits = ConnectionLimits::default();
        let mut now = doing.opened;
        loop {
            match check(doing, &limits, now) {
                Ok(next) => {
                    assert!(next > now);
                    now = next;
                }
                Err(due) => return ((now - doing.opened).as_secs(), due),
            }
        }
    }

    #[test]
    fn each_wait_has_its_end() {
        let opened = Instant::now();
        let since = Some(opened + secs(5));
        let mut silent = idle(opened);
        silent.seen.has_begun = false;
        assert_eq!(outcome(&silent), (10, Due::End(Ending::Head)));

        assert_eq!(outcome(&idle(opened)), (30, Due::Ping));
        assert_eq!(outcome(&busy(opened)), (30, Due::Ping));
        let mut pinged = busy(opened);
        pinged.pinged = since;
        assert_eq!(outcome(&pinged), (15, Due::End(Ending::Ping)));

        let mut alive = idle(opened);
        alive.seen.read = opened + secs(100_000);
        assert_eq!(outcome(&alive), (75, Due::GoAway(Ending::Idle)));
        alive.streams = Streams::Busy;
        assert_eq!(outcome(&alive), (3600, Due::GoAway(Ending::Age)));
        alive.streams = Streams::Lingering { since: opened };
        assert_eq!(outcome(&alive), (60, Due::End(Ending::Write)));

        let mut leaving = idle(opened);
        leaving.going_away = since;
        assert_eq!(outcome(&leaving), (6, Due::Gone));
    }

    #[test]
    fn a_head_must_end_and_a_body_only_while_nobody_wants_it() {
        let opened = Instant::now();
        let mut head = busy(opened);
        head.seen.unfinished = Some(opened + secs(5));
        assert_eq!(outcome(&head), (30, Due::Ping), "a body may take its time");
        head.seen.in_head = true;
        assert_eq!(outcome(&head), (15, Due::End(Ending::Head)));
        let mut body = idle(opened + secs(8));
        body.seen.unfinished = Some(opened);
        assert_eq!(outcome(&body), (10, Due::End(Ending::Head)));
    }

    #[test]
    fn a_client_that_takes_nothing_is_not_asked_anything() {
        let opened = Instant::now();
        let mut blocked = busy(opened);
        blocked.seen.unfinished = Some(opened);
        blocked.seen.in_head = true;
        blocked.seen.blocked = Some(opened + secs(1));
        blocked.pinged = Some(opened);
        assert_eq!(outcome(&blocked), (61, Due::End(Ending::Write)));
    }
}
