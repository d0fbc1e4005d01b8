//! The interim responses to one request.

use http::{HeaderMap, StatusCode};

use super::wishes::Wishes;
use crate::counters::UpstreamCounters;

/// How many interim responses may come before one that is final.
const MOST: u8 = 16;

/// How many interim responses to one request have come.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct InterimResponses(u8);

/// There were more interim responses than anybody needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many interim responses")]
pub(super) struct TooManyInterim;

impl InterimResponses {
    /// One more has come. Early hints are passed on to who has a wish for them; others concern the connection to
    /// the endpoint alone.
    pub(super) fn take(
        &mut self,
        status: StatusCode,
        fields: HeaderMap,
        wishes: &Wishes,
        counters: &UpstreamCounters,
    ) -> Result<(), TooManyInterim> {
        if self.0 == MOST {
            return Err(TooManyInterim);
        }
        self.0 += 1;
        if status == StatusCode::EARLY_HINTS {
            wishes.pass_on_hints(fields, counters);
        }
        Ok(())
    }

    /// Whether none has come.
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_may_be_sixteen() {
        let mut interim = InterimResponses::default();
        let (wishes, counters) = (Wishes::default(), UpstreamCounters::new());
        let mut take = || interim.take(StatusCode::CONTINUE, HeaderMap::new(), &wishes, &counters);
        for _ in 0..16 {
            assert_eq!(take(), Ok(()));
        }
        assert_eq!(take(), Err(TooManyInterim));
    }
}
