//! What a search through the index collects.

/// The place of a rule in the global order; 0 is the best.
pub(super) type Rank = usize;

/// What a search through the index collects: the rules that fit by host and path, in no particular order.
pub(super) trait Candidates {
    /// Rules of this rank and above are of no interest (any more).
    fn limit(&self) -> Rank;

    /// Looks at a rule below the limit.
    fn offer(&mut self, rank: Rank);

    /// Looks at some rules, which come best first.
    fn offer_all(&mut self, ranks: &[Rank]) {
        for rank in ranks {
            if *rank >= self.limit() {
                break;
            }
            self.offer(*rank);
        }
    }
}
