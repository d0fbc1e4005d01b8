//! Whether a client begins streams only to reset them.

use std::time::Duration;

use super::stream_end::StreamEnd;

/// Below this age a stream that its client resets is suspicious.
const YOUNG: Duration = Duration::from_secs(1);
/// So many of them are nobody's fault.
const ALLOWED: u64 = 200;

/// Counts streams that a client begins only to reset them: each may have cost an upstream a request, and none counts
/// against the limit of streams (CVE-2023-44487, "rapid reset"). h2 bounds those that nobody has looked at yet.
#[derive(Debug, Default)]
pub(super) struct Resets {
    ended: u64,
    young: u64,
}

impl Resets {
    /// Whether the client abuses resets, after a stream of this age has ended so: it has reset more than 200 young
    /// streams, and more than half of all. (Envoy: `premature_reset_total_stream_count`.)
    pub(super) fn is_abuse(&mut self, end: StreamEnd, age: Duration) -> bool {
        self.ended += 1;
        if end != StreamEnd::Lost || age >= YOUNG {
            return false;
        }
        self.young += 1;
        self.young > ALLOWED && self.young * 2 > self.ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_may_change_its_mind_but_not_always() {
        let mut resets = Resets::default();
        let mut after = |end, age| resets.is_abuse(end, Duration::from_millis(age));
        assert!((0..1000).all(|_| !after(StreamEnd::Lost, 1000)));
        assert!((0..1000).all(|_| !after(StreamEnd::Lost, 10)));
        assert!((0..1000).all(|_| !after(StreamEnd::Complete, 10)));
        let abuse = (0..4000).position(|_| after(StreamEnd::Lost, 10));
        assert_eq!(abuse, Some(1000));
        let mut resets = Resets::default();
        let abuse = (0..300).position(|_| resets.is_abuse(StreamEnd::Lost, Duration::ZERO));
        assert_eq!(abuse, Some(200));
    }
}
