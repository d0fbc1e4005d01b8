//! What has happened of late.

use std::time::Duration;

use super::tally::Tally;

/// How many parts a window has: it forgets a tenth of its length at a time.
const SLOTS: usize = 10;

/// What has happened in the last so many seconds, a sliding window of ten parts.
#[derive(Clone, Debug)]
pub(super) struct Window {
    /// How long a part is, in nanoseconds.
    slot: u128,
    parts: [Part; SLOTS],
}

#[derive(Clone, Copy, Debug, Default)]
struct Part {
    /// Which part since the beginning of time.
    number: u128,
    tally: Tally,
}

impl Window {
    /// An empty window of `length`.
    pub(super) fn new(length: Duration) -> Self {
        Self {
            slot: (length.as_nanos() / SLOTS as u128).max(1),
            parts: [Part::default(); SLOTS],
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.parts = [Part::default(); SLOTS];
    }

    /// Adds what happened at `moment`. What is older than what is known of that part of time is too old to count.
    pub(super) fn add(&mut self, moment: Duration, tally: Tally) {
        let number = moment.as_nanos() / self.slot;
        let Some(part) = self.parts.get_mut((number % SLOTS as u128) as usize) else {
            return;
        };
        if part.number < number {
            *part = Part {
                number,
                tally: Tally::default(),
            };
        }
        if part.number == number {
            part.tally += tally;
        }
    }

    /// All that has happened in the window that ends `now`.
    pub(super) fn sum(&self, now: Duration) -> Tally {
        let newest = now.as_nanos() / self.slot;
        let mut sum = Tally::default();
        for part in &self.parts {
            if part.number + SLOTS as u128 > newest {
                sum += part.tally;
            }
        }
        sum
    }

    /// When the part ends in which `moment` is.
    pub(super) fn end_of_slot(&self, moment: Duration) -> Duration {
        let end = (moment.as_nanos() / self.slot + 1) * self.slot;
        Duration::from_nanos(u64::try_from(end).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn what_is_older_than_the_window_is_forgotten() {
        let mut window = Window::new(Duration::from_secs(10));
        window.add(at(0), Tally::good(1));
        window.add(at(999), Tally::good(2));
        window.add(at(1000), Tally::good(4));
        window.add(at(9999), Tally::good(8));
        assert_eq!(window.sum(at(9999)).all, 15);
        assert_eq!(window.sum(at(10_000)).all, 12);
        assert_eq!(window.sum(at(11_000)).all, 8);
        assert_eq!(window.sum(at(19_999)).all, 0);
        // The place of 0 to 1 s is used again; a straggler from then has none.
        window.add(at(10_500), Tally::good(16));
        window.add(at(500), Tally::good(32));
        assert_eq!(window.sum(at(10_500)).all, 28);
        assert_eq!(window.end_of_slot(at(10_500)), at(11_000));
        window.clear();
        assert_eq!(window.sum(at(10_500)).all, 0);
    }

    #[test]
    fn it_agrees_with_a_list_of_everything() {
        let mut random = fastrand::Rng::with_seed(7);
        for length in [10, 1000, 60_000] {
            let mut window = Window::new(Duration::from_millis(length));
            let (mut now, mut all) = (0, Vec::new());
            for _ in 0..2000 {
                now += random.u64(..length / 5);
                all.push(now);
                window.add(at(now), Tally::good(1));
                let slot = length / 10;
                let from = (now / slot).saturating_sub(9) * slot;
                let expected = all.iter().filter(|&&moment| moment >= from).count();
                assert_eq!(window.sum(at(now)).all as usize, expected);
            }
        }
    }
}
