//! Whether one more endpoint may be ejected.

/// The endpoints of an upstream, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Census {
    /// All of them.
    pub(super) members: usize,
    /// Those that are ejected.
    pub(super) ejected: usize,
    /// Those that may be chosen.
    pub(super) available: usize,
}

/// Whether one more of the endpoints that may be chosen may be ejected, where at most the share `max` of all may be: at
/// least one may whatever the share, but the last that can be chosen never. Envoy's `max_ejection_percent`, with
/// `always_eject_one_endpoint`.
pub(super) fn may_eject(census: Census, max: f64) -> bool {
    // Counts of endpoints and a share from 0 to 1: neither loses anything here.
    let most = ((census.members as f64 * max) as usize).max(1);
    census.available > 1 && census.ejected < most
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of `members` are ejected when all of them fail.
    fn most_of(members: usize, max: f64) -> usize {
        let ejected = |ejected| Census {
            members,
            ejected,
            available: members - ejected,
        };
        (0..members)
            .find(|count| !may_eject(ejected(*count), max))
            .unwrap_or(members)
    }

    #[test]
    fn a_share_rounded_down_but_always_one_and_never_the_last() {
        for (members, max, most) in [
            (1, 1.0, 0),
            (2, 0.0, 1),
            (2, 0.5, 1),
            (2, 1.0, 1),
            (3, 0.5, 1),
            (10, 0.1, 1),
            (10, 0.55, 5),
            (10, 1.0, 9),
        ] {
            assert_eq!(most_of(members, max), most, "{members} at {max}");
        }
    }

    #[test]
    fn those_that_are_unhealthy_do_not_count_as_available() {
        let census = Census {
            members: 4,
            ejected: 0,
            available: 1,
        };
        assert!(!may_eject(census, 1.0));
    }
}
