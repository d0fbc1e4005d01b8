//! Which endpoints may be chosen when not all are well.

use crate::config::WhenAllUnhealthy;

/// What speaks for or against an endpoint; the best is the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// Checks fail, or it is ejected.
    Out,
    /// It came while others were there already, and its first check has not ended.
    Waiting,
    /// Nothing speaks against it.
    Available,
}

/// The standing from which on endpoints may be chosen, given those of all; `None` where none may be.
///
/// Available ones are chosen as long as there are any, whatever their priority. Otherwise those that wait for their
/// first check are: nothing is known against them. Otherwise `otherwise` decides.
pub(crate) fn least_standing(
    standings: impl IntoIterator<Item = Standing>,
    otherwise: WhenAllUnhealthy,
) -> Option<Standing> {
    let best = standings.into_iter().max()?;
    match (best, otherwise) {
        (Standing::Out, WhenAllUnhealthy::Fail) => None,
        (best, _) => Some(best),
    }
}

#[cfg(test)]
mod tests {
    use super::Standing::{Available, Out, Waiting};
    use super::*;

    #[test]
    fn the_best_there_are() {
        for (standings, try_all, fail) in [
            (
                &[Available, Out, Waiting][..],
                Some(Available),
                Some(Available),
            ),
            (&[Out, Waiting], Some(Waiting), Some(Waiting)),
            (&[Out, Out], Some(Out), None),
            (&[], None, None),
        ] {
            let least = |otherwise| least_standing(standings.iter().copied(), otherwise);
            assert_eq!(least(WhenAllUnhealthy::TryAll), try_all, "{standings:?}");
            assert_eq!(least(WhenAllUnhealthy::Fail), fail, "{standings:?}");
        }
    }
}
