//! How much of the room each class may take.

use super::class::Class;

/// How much of the room each class may take: a request passes while fewer are in flight than its class's share of the
/// limit, whoever they are. So the least important ones are turned away first as the room fills, and what is left is
/// for those that matter more. Fixed shares are simple to reason about: no history, and the same for everybody.
///
/// Nothing is kept for critical requests until some route has them: without, requests of the default class have the
/// whole limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shares {
    /// From 0 to 1.
    pub(crate) background: f64,
    /// From 0 to 1, at least that of the background.
    pub(crate) default: f64,
}

impl Shares {
    /// How many requests may be in flight for one of `class` to pass, where `limit` may be in all. At least one.
    pub(crate) fn room(&self, class: Class, limit: usize, keeps_for_critical: bool) -> usize {
        let share = match class {
            Class::Critical => return limit,
            Class::Default if !keeps_for_critical => return limit,
            Class::Default => self.default,
            Class::Background => self.background,
        };
        // Exact for all limits there are, which are below 2^52.
        ((limit as f64 * share + 1e-9) as usize).max(1).min(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_important_have_the_least_room() {
        let shares = Shares {
            background: 0.7,
            default: 0.9,
        };
        let rooms = |limit, critical| {
            [Class::Background, Class::Default, Class::Critical]
                .map(|class| shares.room(class, limit, critical))
        };
        assert_eq!(rooms(100, true), [70, 90, 100]);
        assert_eq!(rooms(100, false), [70, 100, 100]);
        assert_eq!(rooms(1, true), [1, 1, 1]);
        assert_eq!(rooms(10, true), [7, 9, 10]);
        assert_eq!(rooms(1_000_000, true), [700_000, 900_000, 1_000_000]);
    }
}
