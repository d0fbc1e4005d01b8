//! One measurement of one proxy.

use std::time::Duration;

use super::load::Load;
use super::usage::Usage;

/// What a proxy did and used while the load lasted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measurement {
    /// Requests answered per second.
    pub(crate) per_second: f64,
    /// Processor time per request in microseconds.
    pub(crate) cpu_micros: f64,
    /// Half of the answers took no longer, in milliseconds.
    pub(crate) p50_millis: f64,
    /// Of a hundred answers 99 took no longer, in milliseconds.
    pub(crate) p99_millis: f64,
    /// The most memory that was resident, in millions of bytes.
    pub(crate) megabytes: f64,
}

impl Measurement {
    /// Puts together what clients saw and what the proxy used. An error if requests failed or there were
    /// none: their figures would be of something else.
    pub(crate) fn new(load: &Load, before: &Usage, after: &Usage) -> Result<Self, String> {
        if load.failed > 0 || load.requests == 0 {
            return Err(format!(
                "{} requests failed, {} were answered",
                load.failed, load.requests
            ));
        }
        let cpu = after.cpu.saturating_sub(before.cpu);
        let millis = |time: Duration| time.as_secs_f64() * 1e3;
        Ok(Self {
            per_second: load.per_second,
            cpu_micros: cpu.as_secs_f64() * 1e6 / load.requests as f64,
            p50_millis: millis(load.p50),
            p99_millis: millis(load.p99),
            megabytes: after.peak_memory as f64 / 1e6,
        })
    }

    /// How busy its core was, 1 being always.
    pub(crate) fn busy(&self) -> f64 {
        self.per_second * self.cpu_micros / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(requests: u64, failed: u64) -> Load {
        Load {
            requests,
            failed,
            per_second: 25_000.0,
            p50: Duration::from_micros(1500),
            p99: Duration::from_millis(4),
        }
    }

    fn usage(millis: u64) -> Usage {
        Usage {
            cpu: Duration::from_millis(millis),
            peak_memory: 12_500_000,
        }
    }

    #[test]
    fn processor_time_is_what_was_used_meanwhile() {
        let measured = Measurement::new(&load(50_000, 0), &usage(500), &usage(2000)).unwrap();
        let expected = Measurement {
            per_second: 25_000.0,
            cpu_micros: 30.0,
            p50_millis: 1.5,
            p99_millis: 4.0,
            megabytes: 12.5,
        };
        assert_eq!(measured, expected);
        assert_eq!(measured.busy(), 0.75);
    }

    #[test]
    fn failures_have_no_figures() {
        let error = Measurement::new(&load(9, 1), &usage(0), &usage(1)).unwrap_err();
        assert_eq!(error, "1 requests failed, 9 were answered");
        assert!(Measurement::new(&load(0, 0), &usage(0), &usage(1)).is_err());
    }
}
