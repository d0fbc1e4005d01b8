//! The measurements of all rounds.

use super::cases::Case;
use super::measurement::Measurement;

/// All measurements of a case.
#[derive(Debug)]
pub(crate) struct CaseSeries {
    /// What was measured.
    pub(crate) case: &'static Case,
    /// One element a proxy.
    pub(crate) series: Vec<Series>,
}

impl CaseSeries {
    /// The measurements of that proxy, if it was there and nothing failed.
    pub(crate) fn of(&self, peer: &str) -> Option<&[Measurement]> {
        let series = self.series.iter().find(|series| series.peer == peer)?;
        series
            .outcome
            .as_deref()
            .ok()
            .filter(|rounds| !rounds.is_empty())
    }
}

/// The measurements of a proxy in a case.
#[derive(Debug)]
pub(crate) struct Series {
    /// The name of the proxy.
    pub(crate) peer: &'static str,
    /// One element a round, or why there are none.
    pub(crate) outcome: Result<Vec<Measurement>, String>,
}

impl Series {
    /// A proxy before the first round.
    pub(crate) fn new(peer: &'static str) -> Self {
        Self {
            peer,
            outcome: Ok(Vec::new()),
        }
    }

    /// Adds a round. A failure is in the place of all measurements.
    pub(crate) fn add(&mut self, measured: Result<Measurement, String>) {
        match (&mut self.outcome, measured) {
            (Ok(rounds), Ok(measured)) => rounds.push(measured),
            (Ok(_), Err(reason)) => self.outcome = Err(reason),
            (Err(_), _) => {}
        }
    }
}

/// One figure over all rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// The least.
    pub(crate) least: f64,
    /// As many are above as below.
    pub(crate) median: f64,
    /// The most.
    pub(crate) most: f64,
}

impl Spread {
    /// Of that figure; `None` if there is no measurement.
    pub(crate) fn of(rounds: &[Measurement], figure: impl Fn(&Measurement) -> f64) -> Option<Self> {
        Self::of_values(rounds.iter().map(figure).collect())
    }

    fn of_values(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (least, most) = (*values.first()?, *values.last()?);
        let (below, above) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        Some(Self {
            least,
            median: f64::midpoint(below, above),
            most,
        })
    }
}

/// How often `other`'s figure fits into ours: the median over the rounds, each compared with itself, for what
/// disturbed the machine in a round has met both.
pub(crate) fn ratio(
    ours: &[Measurement],
    other: &[Measurement],
    figure: impl Fn(&Measurement) -> f64,
) -> Option<f64> {
    let pairs = ours.iter().zip(other);
    let ratios = pairs.map(|(ours, other)| figure(ours) / figure(other));
    Spread::of_values(ratios.collect()).map(|spread| spread.median)
}

/// What the tests of the report share.
#[cfg(test)]
pub(crate) mod fixtures {
    use super::*;

    /// Rounds with that processor time, in which all else follows from it.
    pub(crate) fn rounds(cpu_micros: &[f64]) -> Vec<Measurement> {
        let measurement = |&cpu_micros: &f64| Measurement {
            per_second: 1e6 / cpu_micros,
            cpu_micros,
            p50_millis: cpu_micros / 10.0,
            p99_millis: cpu_micros,
            megabytes: cpu_micros,
        };
        cpu_micros.iter().map(measurement).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::fixtures::rounds;
    use super::*;

    fn median(values: &[f64]) -> Option<f64> {
        Spread::of_values(values.to_vec()).map(|spread| spread.median)
    }

    #[test]
    fn the_median_has_as_many_above_as_below() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_spread_has_its_ends() {
        let spread = Spread::of(&rounds(&[30.0, 10.0, 20.0]), |round| round.cpu_micros);
        let expected = Spread {
            least: 10.0,
            median: 20.0,
            most: 30.0,
        };
        assert_eq!(spread, Some(expected));
    }

    #[test]
    fn rounds_are_compared_with_themselves() {
        let (ours, theirs) = (rounds(&[10.0, 40.0, 12.0]), rounds(&[10.0, 20.0, 10.0]));
        assert_eq!(ratio(&ours, &theirs, |round| round.cpu_micros), Some(1.2));
        assert_eq!(ratio(&ours, &[], |round| round.cpu_micros), None);
    }

    #[test]
    fn one_failure_leaves_no_figures() {
        let mut series = Series::new("nginx");
        series.add(Ok(rounds(&[1.0])[0]));
        series.add(Err("gone".to_owned()));
        series.add(Ok(rounds(&[1.0])[0]));
        assert_eq!(series.outcome, Err("gone".to_owned()));
    }
}
