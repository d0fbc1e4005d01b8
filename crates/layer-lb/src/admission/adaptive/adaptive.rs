//! The adaptive limit of an upstream, for all threads.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use gateway_core::facts::FailureKind;
use tokio::time::Instant;

use super::gradient::{Gradient, WindowSeen};
use super::rules::AdaptiveRules;
use super::samples::Samples;
use crate::outcome::{Ending, Outcome};

/// A window with fewer samples goes on,
const ENOUGH: u64 = 50;
/// but no longer than this many times its length, if there are at least
const PATIENCE: u64 = 10;
/// so many.
const FEWEST: u64 = 5;

/// The adaptive limit of an upstream, for all threads: requests read an atomic, responses add to one, and the one that
/// ends a window moves the limit.
#[derive(Debug)]
pub(crate) struct Adaptive {
    rules: AdaptiveRules,
    begin: Instant,
    limit: AtomicUsize,
    /// Longer than this is too long, in nanoseconds.
    fine: AtomicU64,
    /// Of this window: latencies, the most in flight, whether anything was refused.
    samples: Samples,
    peak: AtomicUsize,
    refused: AtomicBool,
    /// When it ends, and when it began, in nanoseconds since the beginning.
    window_end: AtomicU64,
    window_begin: AtomicU64,
    gradient: Mutex<Gradient>,
}

impl Adaptive {
    /// Knows nothing of the upstream yet.
    pub(crate) fn new(rules: AdaptiveRules, now: Instant) -> Self {
        let gradient = Gradient::new(&rules);
        Self {
            begin: now,
            limit: AtomicUsize::new(gradient.limit()),
            fine: AtomicU64::new(u64::MAX),
            samples: Samples::default(),
            peak: AtomicUsize::new(0),
            refused: AtomicBool::new(false),
            window_end: AtomicU64::new(nanoseconds(rules.window)),
            window_begin: AtomicU64::new(0),
            gradient: Mutex::new(gradient),
            rules,
        }
    }

    /// How many requests may be in flight now.
    pub(crate) fn limit(&self) -> usize {
        self.limit.load(Relaxed)
    }

    /// A request was let in, and with it so many are in flight.
    pub(crate) fn admitted(&self, in_flight: usize) {
        if in_flight > self.peak.load(Relaxed) {
            self.peak.fetch_max(in_flight, Relaxed);
        }
    }

    /// A request found no room.
    pub(crate) fn refused(&self) {
        if !self.refused.load(Relaxed) {
            self.refused.store(true, Relaxed);
        }
    }

    /// An attempt has ended.
    pub(crate) fn learn(&self, outcome: &Outcome, now: Instant) {
        if !self.tells_latency(outcome) {
            return;
        }
        let count = self.samples.add(outcome.elapsed);
        let now = now.saturating_duration_since(self.begin);
        if nanoseconds(now) >= self.window_end.load(Relaxed) {
            self.end_window(count, now);
        }
    }

    /// Whether the time that an attempt took says how busy the upstream is. A failure is quick because nobody works on
    /// it. One that nobody waits for any more would have taken longer, which tells only where it is too long already;
    /// without those, an upstream so slow that all clients leave would seem to have no latency at all.
    fn tells_latency(&self, outcome: &Outcome) -> bool {
        match outcome.ending {
            Ending::Failed(kind) => kind == FailureKind::Timeout,
            Ending::Response { .. } => !outcome.ending.is_failure(),
            Ending::Cancelled => nanoseconds(outcome.elapsed) > self.fine.load(Relaxed),
        }
    }

    fn end_window(&self, count: u64, now: Duration) {
        // Whoever comes while another ends the window need not wait: its sample is in this one or the next.
        let Ok(mut gradient) = self.gradient.try_lock() else {
            return;
        };
        let end = self.window_end.load(Relaxed);
        let begin = Duration::from_nanos(self.window_begin.load(Relaxed));
        let length = end.saturating_sub(nanoseconds(begin));
        let lasts_long =
            nanoseconds(now) >= end.saturating_add(length.saturating_mul(PATIENCE - 1));
        if nanoseconds(now) < end || count < FEWEST || (count < ENOUGH && !lasts_long) {
            return;
        }
        let (samples, latency) = self.samples.take();
        let seen = WindowSeen {
            samples,
            length: now.as_secs_f64() - begin.as_secs_f64(),
            latency,
            peak: self.peak.swap(0, Relaxed),
            refused: self.refused.swap(false, Relaxed),
        };
        gradient.learn(&self.rules, &seen, now, fastrand::f64());
        self.limit.store(gradient.limit(), Relaxed);
        self.fine
            .store(nanoseconds(gradient.fine(&self.rules)), Relaxed);
        let next = now.saturating_add(gradient.window(&self.rules, latency));
        self.window_begin.store(nanoseconds(now), Relaxed);
        self.window_end.store(nanoseconds(next), Relaxed);
    }
}

fn nanoseconds(moment: Duration) -> u64 {
    u64::try_from(moment.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    const MILLI: Duration = Duration::from_millis(1);
    const OK: Ending = Ending::Response {
        status: StatusCode::OK,
        grpc_status: None,
    };

    fn adaptive() -> (Adaptive, Instant) {
        let begin = Instant::now();
        let rules = AdaptiveRules {
            min: 1,
            max: 100,
            tolerance: 0.5,
            window: 100 * MILLI,
            probe: Duration::from_secs(60),
        };
        (Adaptive::new(rules, begin), begin)
    }

    /// So many outcomes in the course of each of `windows`, under full load.
    fn play(
        adaptive: &Adaptive,
        begin: &mut Instant,
        windows: u32,
        ending: Ending,
        elapsed: Duration,
    ) {
        for _ in 0..windows * 60 {
            *begin += 2 * MILLI;
            adaptive.admitted(adaptive.limit());
            adaptive.learn(&Outcome { ending, elapsed }, *begin);
        }
    }

    #[test]
    fn it_grows_while_it_is_used_and_nothing_slows_down() {
        let (adaptive, mut now) = adaptive();
        play(&adaptive, &mut now, 60, OK, 10 * MILLI);
        assert_eq!(adaptive.limit(), 100);
    }

    #[test]
    fn failures_say_nothing_of_the_latency_but_timeouts_do() {
        for (kind, shrinks) in [(FailureKind::Connect, false), (FailureKind::Timeout, true)] {
            let (adaptive, mut now) = adaptive();
            play(&adaptive, &mut now, 60, OK, 10 * MILLI);
            play(&adaptive, &mut now, 60, Ending::Failed(kind), 1000 * MILLI);
            assert_eq!(
                adaptive.limit() < 50,
                shrinks,
                "{kind:?}: {}",
                adaptive.limit()
            );
        }
    }

    #[test]
    fn clients_that_leave_count_when_it_took_too_long_already() {
        for (millis, shrinks) in [(15, false), (1000, true)] {
            let (adaptive, mut now) = adaptive();
            play(&adaptive, &mut now, 60, OK, 10 * MILLI);
            play(&adaptive, &mut now, 60, Ending::Cancelled, millis * MILLI);
            assert_eq!(
                adaptive.limit() < 50,
                shrinks,
                "{millis} ms: {}",
                adaptive.limit()
            );
        }
    }

    #[test]
    fn few_outcomes_make_a_longer_window() {
        let (adaptive, begin) = adaptive();
        let outcome = Outcome {
            ending: OK,
            elapsed: 10 * MILLI,
        };
        adaptive.refused();
        for (millis, changes) in [
            (200, false),
            (400, false),
            (600, false),
            (900, false),
            (1000, true),
        ] {
            adaptive.learn(&outcome, begin + millis * MILLI);
            let count = u64::from(!adaptive.refused.load(Relaxed));
            assert_eq!(count == 1, changes, "{millis} ms");
        }
    }
}
