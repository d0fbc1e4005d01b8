//! What Portcullis has to keep.

use super::measurement::Measurement;
use super::peers::PORTCULLIS;
use super::series::{CaseSeries, Spread, ratio};

/// An upper bound for a figure of Portcullis.
#[derive(Debug)]
pub(crate) enum Limit {
    /// Processor time per request, compared with another proxy's.
    CpuPerRequest {
        /// At most so many times …
        times: f64,
        /// … that of this proxy.
        of: &'static str,
    },
    /// The time that 99 of a hundred answers do not exceed, compared with another proxy's.
    P99 {
        /// Which of ours.
        ours: &'static str,
        /// At most so many times …
        times: f64,
        /// … that of this proxy.
        of: &'static str,
    },
    /// The most memory that is resident.
    Memory {
        /// In millions of bytes.
        megabytes: f64,
    },
}

impl Limit {
    /// One line: the limit, the figure, and whether it is met.
    pub(crate) fn verdict(&self, measured: &CaseSeries) -> String {
        match self {
            Self::CpuPerRequest { times, of } => format!(
                "CPU per request at most {times} × {of}: {}",
                judged(
                    compared(measured, PORTCULLIS.name, of, |round| round.cpu_micros),
                    *times,
                    "×"
                )
            ),
            Self::P99 { ours, times, of } => format!(
                "p99 of {ours} at most {times} × {of}: {}",
                judged(
                    compared(measured, ours, of, |round| round.p99_millis),
                    *times,
                    "×"
                )
            ),
            Self::Memory { megabytes } => format!(
                "peak RSS at most {megabytes} MB: {}",
                judged(self.memory(measured), *megabytes, "MB")
            ),
        }
    }

    fn memory(&self, measured: &CaseSeries) -> Option<f64> {
        let spread = Spread::of(measured.of(PORTCULLIS.name)?, |round| round.megabytes)?;
        Some(spread.median)
    }
}

fn compared(
    measured: &CaseSeries,
    ours: &str,
    other: &str,
    figure: impl Fn(&Measurement) -> f64,
) -> Option<f64> {
    ratio(measured.of(ours)?, measured.of(other)?, figure)
}

fn judged(figure: Option<f64>, limit: f64, unit: &str) -> String {
    match figure {
        Some(figure) if figure <= limit => format!("{figure:.2} {unit}, met"),
        Some(figure) => format!("{figure:.2} {unit}, **not met**"),
        None => "not measured".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::cases::CASES;
    use crate::bench::series::{Series, fixtures::rounds};

    fn measured(nginx: Result<&[f64], &str>) -> CaseSeries {
        let series = |peer, outcome: Result<&[f64], &str>| Series {
            peer,
            outcome: outcome.map(rounds).map_err(str::to_owned),
        };
        CaseSeries {
            case: &CASES[0],
            series: vec![series("portcullis", Ok(&[24.0])), series("nginx", nginx)],
        }
    }

    #[test]
    fn verdicts_have_the_figure() {
        let limit = Limit::CpuPerRequest {
            times: 1.15,
            of: "nginx",
        };
        let verdict = |nginx| limit.verdict(&measured(nginx));
        let limit_line = "CPU per request at most 1.15 × nginx: ";
        assert_eq!(verdict(Ok(&[24.0])), format!("{limit_line}1.00 ×, met"));
        assert_eq!(
            verdict(Ok(&[20.0])),
            format!("{limit_line}1.20 ×, **not met**")
        );
        assert_eq!(verdict(Err("gone")), format!("{limit_line}not measured"));
    }

    #[test]
    fn times_are_compared_by_their_p99() {
        let limit = Limit::P99 {
            ours: "portcullis",
            times: 1.2,
            of: "nginx",
        };
        let verdict = |nginx| limit.verdict(&measured(nginx));
        let limit_line = "p99 of portcullis at most 1.2 × nginx: ";
        assert_eq!(verdict(Ok(&[20.0])), format!("{limit_line}1.20 ×, met"));
        assert_eq!(
            verdict(Ok(&[12.0])),
            format!("{limit_line}2.00 ×, **not met**")
        );
    }

    #[test]
    fn memory_is_bounded_in_itself() {
        let verdict = |megabytes| Limit::Memory { megabytes }.verdict(&measured(Ok(&[1.0])));
        assert_eq!(verdict(25.0), "peak RSS at most 25 MB: 24.00 MB, met");
        assert_eq!(
            verdict(20.0),
            "peak RSS at most 20 MB: 24.00 MB, **not met**"
        );
    }
}
