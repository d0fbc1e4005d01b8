//! How the limit follows the latency.

use std::time::Duration;

use super::rules::AdaptiveRules;

/// Where the search begins: Netflix's Gradient2 begins there too.
const FIRST_LIMIT: f64 = 20.0;
/// The most that a single window takes from the limit.
const SMALLEST_GRADIENT: f64 = 0.5;
/// A probe goes below what the upstream can take by so much, as far as that is known.
const PROBE_SHARE: f64 = 0.75;
/// Windows of a probe; in the first of them the queue drains, and it is not looked at.
const PROBE_WINDOWS: u32 = 4;
/// While requests wait for each other, as much gets done with fewer of them. Below this share of what got done before,
/// none of them waits.
const FEWER_DONE: f64 = 0.9;

/// How the limit follows the latency; no clock and no lock in here.
///
/// The limit times the ratio of the latency that is fine to the latency that is, plus room to grow:
///
/// ```text
/// gradient = baseline × (1 + tolerance) / latency      between 0.5 and 1
/// limit    = limit × gradient + √(limit × gradient)
/// ```
///
/// This is the formula of Envoy's `adaptive_concurrency` with the gradient of Netflix's Gradient2, which never grows
/// faster than by the root. What differs from both is the baseline, the latency without load:
///
/// - Gradient2 takes a long average of all latencies. An overload that lasts becomes the new normal, and the limit
///   grows with the queue.
/// - Envoy measures it alone, by letting 3 requests at a time pass, every minute until 50 have; a busy upstream loses
///   nearly all of its traffic meanwhile.
/// - Here it comes for nothing from windows in which less than half of the limit was used. Only where there were
///   none for the time of `probe`, the limit is lowered for four windows: to three quarters of what the upstream
///   can take by Little's law (limit × baseline / latency), which empties its queue and costs a quarter of its work
///   for a moment. Where as much got done as before, there was a queue still, and half of it is tried next: so the
///   baseline is right even if the upstream was overloaded from the first request on.
///
/// Latencies are averaged as their logarithms. A mix of quick and slow routes then has one mean that does not jump
/// between them, as a median would, and a few time-outs do not outweigh everything else, as in an arithmetic mean.
///
/// The limit grows only while it is used; a window lasts at least as long as a response takes, so that each change
/// shows in the latency before the next one.
#[derive(Debug)]
pub(super) struct Gradient {
    limit: f64,
    baseline: Option<f64>,
    /// What windows without load showed since the last time the baseline was set.
    calm: Mean,
    /// When the baseline is set anew.
    next: Duration,
    probe: Option<Probe>,
}

#[derive(Debug)]
struct Probe {
    /// The limit is this again when it is over, or twice what it was in the probe.
    limit_before: f64,
    /// How much got done before, in requests per second.
    rate_before: f64,
    windows_left: u32,
    seen: Mean,
    /// Whether the limit was reached.
    refused: bool,
}

/// What happened in one window.
#[derive(Clone, Copy, Debug)]
pub(super) struct WindowSeen {
    pub(super) samples: u64,
    /// In seconds.
    pub(super) length: f64,
    /// The geometric mean, in seconds.
    pub(super) latency: f64,
    /// The most requests that were in flight.
    pub(super) peak: usize,
    /// Whether a request was refused for want of room.
    pub(super) refused: bool,
}

/// A geometric mean over windows.
#[derive(Debug, Default)]
struct Mean {
    samples: f64,
    logs: f64,
    seconds: f64,
}

impl Mean {
    fn add(&mut self, seen: &WindowSeen) {
        self.samples += seen.samples as f64;
        self.seconds += seen.length;
        self.logs += seen.latency.ln() * seen.samples as f64;
    }

    /// How many there were per second.
    fn rate(&self) -> f64 {
        self.samples / self.seconds
    }

    /// The mean, where there is any; begins anew.
    fn take(&mut self) -> Option<f64> {
        let Self { samples, logs, .. } = std::mem::take(self);
        (samples > 0.0).then(|| (logs / samples).exp())
    }
}

impl Gradient {
    /// Nothing is known yet.
    pub(super) fn new(rules: &AdaptiveRules) -> Self {
        Self {
            limit: FIRST_LIMIT.clamp(rules.min as f64, rules.max as f64),
            baseline: None,
            calm: Mean::default(),
            next: Duration::ZERO,
            probe: None,
        }
    }

    /// How many requests may be in flight.
    pub(super) fn limit(&self) -> usize {
        self.limit as usize
    }

    /// The latency without load, in seconds, once it is known.
    #[cfg(test)]
    pub(super) fn baseline(&self) -> Option<f64> {
        self.baseline
    }

    /// The longest latency with which the limit does not shrink.
    pub(super) fn fine(&self, rules: &AdaptiveRules) -> Duration {
        let fine = self
            .baseline
            .map(|seconds| seconds * (1.0 + rules.tolerance));
        fine.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .unwrap_or(Duration::MAX)
    }

    /// How long the next window is at least.
    pub(super) fn window(&self, rules: &AdaptiveRules, latency: f64) -> Duration {
        let longest = rules.window.saturating_mul(50);
        let latency = Duration::try_from_secs_f64(latency).unwrap_or(longest);
        rules.window.max(latency.min(longest))
    }

    /// A window has ended `now`. `dice`, a number from 0 to 1, moves the next probe by up to a tenth.
    pub(super) fn learn(
        &mut self,
        rules: &AdaptiveRules,
        seen: &WindowSeen,
        now: Duration,
        dice: f64,
    ) {
        if seen.samples == 0 || seen.latency.is_nan() || seen.latency <= 0.0 {
            return;
        }
        let due = rules.probe.mul_f64(1.0 + 0.1 * dice.clamp(0.0, 1.0));
        if let Some(probe) = &mut self.probe {
            probe.windows_left -= 1;
            if probe.windows_left + 1 < PROBE_WINDOWS {
                probe.seen.add(seen);
                probe.refused |= seen.refused;
            }
            if probe.windows_left > 0 {
                return;
            }
            let is_crowded = probe.refused && probe.seen.rate() >= FEWER_DONE * probe.rate_before;
            let found = probe.seen.take().unwrap_or(seen.latency);
            if is_crowded && self.limit > rules.min as f64 {
                self.limit = (self.limit / 2.0).max(rules.min as f64);
                (probe.windows_left, probe.refused) = (PROBE_WINDOWS, false);
                return;
            }
            self.limit = probe.limit_before.min(self.limit * 2.0);
            self.baseline = Some(found);
            self.next = now.saturating_add(due);
            self.probe = None;
            return;
        }
        let is_used = seen.refused || seen.peak as f64 * 2.0 >= self.limit;
        if !is_used {
            self.calm.add(seen);
        }
        let baseline = *self.baseline.get_or_insert(seen.latency);
        if now >= self.next {
            if let Some(calm) = self.calm.take() {
                self.baseline = Some(calm);
                self.next = now.saturating_add(due);
            } else {
                self.begin_probe(rules, baseline, seen);
                return;
            }
        }
        if is_used {
            let gradient = baseline * (1.0 + rules.tolerance) / seen.latency;
            let limit = self.limit * gradient.clamp(SMALLEST_GRADIENT, 1.0);
            let limit = limit + limit.sqrt();
            self.limit = limit.clamp(rules.min as f64, rules.max as f64);
        }
    }

    fn begin_probe(&mut self, rules: &AdaptiveRules, baseline: f64, seen: &WindowSeen) {
        self.probe = Some(Probe {
            limit_before: self.limit,
            rate_before: seen.samples as f64 / seen.length,
            windows_left: PROBE_WINDOWS,
            seen: Mean::default(),
            refused: false,
        });
        let limit = self.limit * (baseline / seen.latency).min(1.0) * PROBE_SHARE;
        self.limit = limit.clamp(rules.min as f64, rules.max as f64);
    }
}

#[cfg(test)]
mod tests;
