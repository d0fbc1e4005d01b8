//! What the checks of an endpoint have shown.

/// What the checks of an endpoint have shown so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CheckState {
    /// None has ended.
    #[default]
    Unchecked,
    /// It is well, but for the last `failed` checks.
    Healthy { failed: u32 },
    /// It is not; the last `passed` checks passed, of `needed` that must.
    Unhealthy { passed: u32, needed: u32 },
}

/// How many checks must agree before an endpoint changes its state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thresholds {
    /// To be healthy again. At least 1.
    pub(super) healthy: u32,
    /// To be unhealthy. At least 1.
    pub(super) unhealthy: u32,
}

impl CheckState {
    /// The state after one more check. The very first check decides alone; and until one has passed, a single one that
    /// does suffices, so that a service that has just been started is not kept waiting.
    pub(super) fn after(self, has_passed: bool, thresholds: Thresholds) -> Self {
        match (self, has_passed) {
            (Self::Unchecked | Self::Healthy { .. }, true) => Self::Healthy { failed: 0 },
            (Self::Unchecked, false) => Self::Unhealthy {
                passed: 0,
                needed: 1,
            },
            (Self::Healthy { failed }, false) if failed + 1 >= thresholds.unhealthy => {
                Self::Unhealthy {
                    passed: 0,
                    needed: thresholds.healthy,
                }
            }
            (Self::Healthy { failed }, false) => Self::Healthy { failed: failed + 1 },
            (Self::Unhealthy { passed, needed }, true) if passed + 1 >= needed => {
                Self::Healthy { failed: 0 }
            }
            (Self::Unhealthy { passed, needed }, true) => Self::Unhealthy {
                passed: passed + 1,
                needed,
            },
            (Self::Unhealthy { needed, .. }, false) => Self::Unhealthy { passed: 0, needed },
        }
    }

    /// Whether checks speak against the endpoint.
    pub(super) fn is_unhealthy(self) -> bool {
        matches!(self, Self::Unhealthy { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The state after each of `checks`: `+` passed, `-` failed; `h` healthy, `u` unhealthy.
    fn course(checks: &str) -> String {
        let thresholds = Thresholds {
            healthy: 2,
            unhealthy: 3,
        };
        let mut state = CheckState::default();
        checks
            .chars()
            .map(|check| {
                state = state.after(check == '+', thresholds);
                if state.is_unhealthy() { 'u' } else { 'h' }
            })
            .collect()
    }

    #[test]
    fn the_first_check_decides_and_one_success_admits() {
        assert_eq!(course("+"), "h");
        assert_eq!(course("-"), "u");
        assert_eq!(course("---+"), "uuuh");
        assert!(!CheckState::Unchecked.is_unhealthy());
    }

    #[test]
    fn as_many_failures_as_the_threshold_says_take_out() {
        assert_eq!(course("+--+--+---"), "hhhhhhhhhu");
    }

    #[test]
    fn as_many_successes_as_the_threshold_says_bring_back() {
        assert_eq!(course("+---+-++"), "hhhuuuuh");
        // Failures count from the beginning again.
        assert_eq!(course("+---++--+"), "hhhuuhhhh");
    }
}
