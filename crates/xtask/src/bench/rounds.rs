//! The proxies taking turns.

use super::cases::Case;
use super::contest::Contest;
use super::measurement::Measurement;
use super::series::{CaseSeries, Series};

/// Measures every proxy in every case, round by round, so that what disturbs the machine for a while meets
/// all of them. A proxy that fails in a case is not measured in it again.
pub(crate) fn run(contest: &Contest, cases: &[&'static Case], rounds: u64) -> Vec<CaseSeries> {
    let unmeasured = |case: &&'static Case| {
        let contenders = contest.programs.contenders(case);
        let series = contenders.iter().map(|(peer, _)| Series::new(peer.name));
        CaseSeries {
            case,
            series: series.collect(),
        }
    };
    let mut measured: Vec<_> = cases.iter().map(unmeasured).collect();
    for round in 0..rounds {
        for CaseSeries { case, series } in &mut measured {
            let contenders = contest.programs.contenders(case);
            for turn in turns(contenders.len(), round) {
                let ((peer, program), series) = (contenders[turn], &mut series[turn]);
                if series.outcome.is_ok() {
                    eprint!(
                        "round {}/{rounds}, {}: {} … ",
                        round + 1,
                        case.name,
                        peer.name
                    );
                    let outcome = contest.measure(peer, program, case);
                    series.add(outcome.inspect(tell).map_err(|error| {
                        eprintln!("{error}");
                        error.to_string()
                    }));
                }
            }
        }
    }
    measured
}

/// The order of a round. Each round begins with another proxy.
fn turns(contenders: usize, round: u64) -> impl Iterator<Item = usize> {
    let first = usize::try_from(round).unwrap_or_default();
    (0..contenders).map(move |turn| (first + turn) % contenders)
}

fn tell(measured: &Measurement) {
    eprintln!(
        "{:.0}/s, {:.1} µs",
        measured.per_second, measured.cpu_micros
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_begins_with_another_proxy() {
        let order = |round| turns(3, round).collect::<Vec<_>>();
        assert_eq!(
            [order(0), order(1), order(5)],
            [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
        );
    }
}
