//! Slow start.

use std::time::Duration;

/// The least share of its weight that an endpoint has. Envoy's `min_weight_percent`.
const LEAST: f64 = 0.1;

/// How much of its weight an endpoint has that has been `available` for so long, where `slow-start` is `window`: from
/// 10 % to all of it, in a straight line (Envoy's `slow_start_config` with an `aggression` of 1).
///
/// ```
/// use std::time::Duration;
///
/// use layer_lb::balance::slow_start::share_of_weight;
///
/// let window = Duration::from_secs(30);
/// assert_eq!(share_of_weight(Duration::from_secs(0), window), 0.1);
/// assert_eq!(share_of_weight(Duration::from_secs(15), window), 0.5);
/// assert_eq!(share_of_weight(Duration::from_secs(45), window), 1.0);
/// ```
pub fn share_of_weight(available: Duration, window: Duration) -> f64 {
    if available >= window {
        return 1.0;
    }
    // Not by zero: the window is longer than something.
    available.div_duration_f64(window).max(LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_window_all_are_warm() {
        assert_eq!(share_of_weight(Duration::ZERO, Duration::ZERO), 1.0);
    }

    #[test]
    fn it_never_falls_below_a_tenth() {
        let window = Duration::from_secs(100);
        assert_eq!(share_of_weight(Duration::from_secs(9), window), 0.1);
        assert_eq!(share_of_weight(Duration::from_secs(11), window), 0.11);
        assert_eq!(share_of_weight(Duration::from_secs(99), window), 0.99);
    }
}
