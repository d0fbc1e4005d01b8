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
        let length = end.saturating_sub(self.window_begin.load(Relaxed));
        let lasts_long =
            nanoseconds(now) >= end.saturating_add(length.saturating_mul(PATIENCE - 1));
        if nanoseconds(now) < end || count < FEWEST || (count < ENOUGH && !lasts_long) {
            return;
        }
        let (samples, latency) = self.samples.take();
        let seen = WindowSeen {
            samples,
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
