//! Which endpoints fail more often than the others.

/// What one endpoint did during a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// How many requests it answered, or should have.
    pub(super) requests: u32,
    /// How many of them failed.
    pub(super) failures: u32,
}

/// Which endpoints fail too often.
#[derive(Clone, Copy, Debug)]
pub(super) struct OutlierRule {
    /// How many standard deviations below the mean are too many.
    pub(super) factor: f64,
    /// How many endpoints must have had enough requests.
    pub(super) endpoints: usize,
    /// How many requests are enough.
    pub(super) requests: u32,
}

/// The indices of those `windows` whose rate of success lies more than `factor` standard deviations below the mean of
/// all. Endpoints without enough requests are left out of the reckoning; where too few are left, there are none. The
/// deviation is that of the population, as Envoy's is.
pub(super) fn outliers(windows: &[Window], rule: OutlierRule) -> Vec<usize> {
    let rates: Vec<(usize, f64)> = windows
        .iter()
        .enumerate()
        .filter(|(_, window)| window.requests >= rule.requests.max(1))
        .map(|(index, window)| {
            let failed = f64::from(window.failures) / f64::from(window.requests);
            (index, 1.0 - failed)
        })
        .collect();
    if rates.len() < rule.endpoints.max(1) {
        return Vec::new();
    }
    let count = rates.len() as f64;
    let mean = rates.iter().map(|(_, rate)| rate).sum::<f64>() / count;
    let squares = rates.iter().map(|(_, rate)| (rate - mean).powi(2));
    let deviation = (squares.sum::<f64>() / count).sqrt();
    let least = mean - rule.factor * deviation;
    // Where all are alike, rounding may put them below the mean.
    let is_below = |rate: f64| least - rate > 1e-9;
    rates
        .into_iter()
        .filter_map(|(index, rate)| is_below(rate).then_some(index))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: OutlierRule = OutlierRule {
        factor: 1.9,
        endpoints: 5,
        requests: 100,
    };

    fn found(failures: &[u32], rule: OutlierRule) -> Vec<usize> {
        let windows: Vec<_> = failures
            .iter()
            .map(|failures| Window {
                requests: 1000,
                failures: *failures,
            })
            .collect();
        outliers(&windows, rule)
    }

    #[test]
    fn one_that_stands_out_is_found() {
        assert_eq!(found(&[10, 12, 9, 11, 10, 300], RULE), [5]);
        let strict = OutlierRule {
            factor: 2.1,
            ..RULE
        };
        assert_eq!(
            found(&[0, 0, 900, 0, 0, 0, 0, 0, 0, 950], strict),
            [0_usize; 0]
        );
        let lenient = OutlierRule {
            factor: 1.5,
            ..RULE
        };
        assert_eq!(found(&[0, 0, 900, 0, 0, 0, 0, 0, 0, 950], lenient), [2, 9]);
    }

    #[test]
    fn one_of_four_can_never_stand_out_by_the_default() {
        // √(n − 1) is 1.73 for four and 2 for five.
        let of_four = OutlierRule {
            endpoints: 4,
            ..RULE
        };
        assert_eq!(found(&[0, 0, 0, 1000], of_four), [0_usize; 0]);
        assert_eq!(found(&[0, 0, 0, 0, 1000], RULE), [4]);
    }

    #[test]
    fn all_alike_are_no_outliers_however_bad() {
        assert_eq!(found(&[0; 6], RULE), [0_usize; 0]);
        assert_eq!(found(&[333; 7], RULE), [0_usize; 0]);
        assert_eq!(found(&[1000; 6], RULE), [0_usize; 0]);
    }

    #[test]
    fn too_few_requests_or_endpoints_say_nothing() {
        let mut windows = [Window {
            requests: 100,
            failures: 0,
        }; 6];
        windows[5].failures = 90;
        assert_eq!(outliers(&windows, RULE), [5]);
        windows[5].requests = 99;
        assert_eq!(outliers(&windows, RULE), [0_usize; 0]);
        assert_eq!(found(&[0, 0, 0, 1000], RULE), [0_usize; 0]);
        assert_eq!(outliers(&[], RULE), [0_usize; 0]);
        let none = OutlierRule {
            requests: 0,
            ..RULE
        };
        assert_eq!(outliers(&[Window::default(); 6], none), [0_usize; 0]);
    }
}
