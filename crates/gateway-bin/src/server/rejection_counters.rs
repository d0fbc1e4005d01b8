//! How often which refusal was given.

use std::hash::Hasher;
use std::sync::OnceLock;

use gateway_core::counter::Counter;
use gateway_core::rejection::Code;
use rustc_hash::FxHasher;

/// Room for codes; a power of two, several times what the gateway has. A layer of somebody else's may bring
/// more, so that there is a bound.
const ROOM: usize = 512;

/// How often which refusal was given. Counting takes no lock: a code finds its place once and for all, since
/// codes are constants and never leave.
#[derive(Debug)]
pub struct RejectionCounters {
    places: Box<[Place]>,
    /// Refusals whose codes found no room.
    beyond: Counter,
}

#[derive(Debug, Default)]
struct Place {
    code: OnceLock<Code>,
    count: Counter,
}

impl RejectionCounters {
    /// Counts once more that `code` was given.
    pub fn count(&self, code: Code) {
        let mut hasher = FxHasher::default();
        hasher.write(code.as_str().as_bytes());
        let start = usize::try_from(hasher.finish() % ROOM as u64).unwrap_or_default();
        for step in 0..ROOM {
            let place = &self.places[(start + step) % ROOM];
            // A place that is free becomes this code's, unless another code takes it at the same moment.
            if *place.code.get_or_init(|| code) == code {
                return place.count.increment();
            }
        }
        self.beyond.increment();
    }

    /// The codes that were given so far, and how often; in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Code, u64)> {
        let given = |place: &Place| Some((*place.code.get()?, place.count.get()));
        self.places.iter().filter_map(given)
    }

    /// How many refusals had a code beyond the 512 that are told apart.
    pub fn beyond(&self) -> u64 {
        self.beyond.get()
    }
}

impl Default for RejectionCounters {
    fn default() -> Self {
        Self {
            places: (0..ROOM).map(|_| Place::default()).collect(),
            beyond: Counter::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart_and_counted_by_all_threads() {
        const CODES: [Code; 3] = [Code::new("a/a"), Code::new("a/b"), Code::new("b/a")];
        let counters = RejectionCounters::default();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for turn in 0..3000 {
                        counters.count(CODES[turn % 3]);
                    }
                });
            }
        });
        let mut counted: Vec<(Code, u64)> = counters.iter().collect();
        counted.sort();
        assert_eq!(counted, CODES.map(|code| (code, 4000)));
    }

    #[test]
    fn there_is_a_bound() {
        let counters = RejectionCounters::default();
        for number in 0..ROOM + 3 {
            let code: &'static str = format!("made/up-{number}").leak();
            counters.count(Code::new(code));
        }
        assert_eq!((counters.iter().count(), counters.beyond()), (ROOM, 3));
    }
}
