//! What h2load prints, and the log it keeps of every request.

use std::time::Duration;

use super::Load;

/// Reads both; `None` if they are not h2load's.
pub(super) fn parse(output: &str, log: &str) -> Option<Load> {
    let line = |start| output.lines().find(|line| line.starts_with(start));
    let counts = line("requests:")?;
    let count = |label: &str| number_before(counts, label);
    let failed = count("failed")?.checked_add(count("errored")?)?;
    let mut micros: Vec<u64> = log.lines().filter_map(micros).collect();
    micros.sort_unstable();
    let percentile = |percent| nearest_rank(&micros, percent).map(Duration::from_micros);
    let rate = line("finished in")?.split(", ").nth(1)?;
    Some(Load {
        requests: count("done")?,
        failed: failed.checked_add(count("timeout")?)?,
        per_second: rate.strip_suffix(" req/s")?.parse().ok()?,
        p50: percentile(50)?,
        p99: percentile(99)?,
    })
}

/// The count in `83411 done,` for the label `done`.
fn number_before(line: &str, label: &str) -> Option<u64> {
    let words: Vec<_> = line
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let at = words.iter().position(|word| *word == label)?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

/// The time of an answer: the third column of `start, status, time`.
fn micros(line: &str) -> Option<u64> {
    line.split('\t').nth(2)?.parse().ok()
}

/// The smallest value that so many percent of the values do not exceed.
fn nearest_rank(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
Main benchmark duration is over for thread #0. Stopping all clients.

finished in 1.00s, 83411.50 req/s, 12.32MB/s
requests: 83411 total, 83419 started, 83410 done, 83409 succeeded, 1 failed, 2 errored, 4 timeout
status codes: 83409 2xx, 0 3xx, 1 4xx, 0 5xx
                     min         max         mean         sd        +/- sd
time for request:       47us      3.21ms        94us        42us    94.15%
";

    #[test]
    fn counts_come_from_the_output_and_times_from_the_log() {
        let log = "17\t200\t244\n18\t200\t93\n18\t200\t317\n19\t200\t100\n";
        let expected = Load {
            requests: 83_410,
            failed: 7,
            per_second: 83_411.5,
            p50: Duration::from_micros(100),
            p99: Duration::from_micros(317),
        };
        assert_eq!(parse(OUTPUT, log), Some(expected));
    }

    #[test]
    fn no_answer_is_no_load() {
        assert_eq!(parse(OUTPUT, ""), None);
        assert_eq!(parse("", "17\t200\t244\n"), None);
    }

    #[test]
    fn the_nearest_rank_is_a_value_that_occurred() {
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(nearest_rank(&hundred, 50), Some(50));
        assert_eq!(nearest_rank(&hundred, 99), Some(99));
        assert_eq!(nearest_rank(&[7], 50), Some(7));
        assert_eq!(nearest_rank(&[], 50), None);
    }
}
