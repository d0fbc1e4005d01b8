//! What `wrk --latency` prints.

use std::time::Duration;

use super::Load;

/// Reads the output; `None` if it is not wrk's.
pub(super) fn parse(output: &str) -> Option<Load> {
    let lines = || output.lines().map(str::trim);
    let after = |label: &str| {
        lines()
            .find_map(|line| line.strip_prefix(label))
            .map(str::trim)
    };
    let requests = lines().find_map(|line| line.split_once(" requests in "))?.0;
    let refused: u64 = match after("Non-2xx or 3xx responses:") {
        Some(count) => count.parse().ok()?,
        None => 0,
    };
    let broken = after("Socket errors:").map_or(0, sum_of_numbers);
    Some(Load {
        requests: requests.parse().ok()?,
        failed: refused.checked_add(broken)?,
        per_second: after("Requests/sec:")?.parse().ok()?,
        p50: duration(after("50%")?)?,
        p99: duration(after("99%")?)?,
    })
}

/// `connect 0, read 3, write 0, timeout 1` is 4.
fn sum_of_numbers(text: &str) -> u64 {
    let words = text.split([' ', ',']);
    words.filter_map(|word| word.parse::<u64>().ok()).sum()
}

/// `68.00us`, `1.94ms`, `1.20s`, `1.50m`.
fn duration(text: &str) -> Option<Duration> {
    let unit_at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit_at);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
Running 1s test @ http://127.0.0.1:18999/
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    74.15us   74.06us   1.94ms   97.49%
    Req/Sec    96.53k     6.84k  106.80k    81.82%
  Latency Distribution
     50%   68.00us
     75%   75.00us
     90%   93.00us
     99%    2.35ms
  105314 requests in 1.10s, 15.57MB read
Requests/sec:  95708.24
Transfer/sec:     14.15MB
";

    #[test]
    fn a_clean_run_is_read() {
        let load = parse(OUTPUT).unwrap();
        let expected = Load {
            requests: 105_314,
            failed: 0,
            per_second: 95_708.24,
            p50: Duration::from_micros(68),
            p99: Duration::from_micros(2350),
        };
        assert_eq!(load, expected);
    }

    #[test]
    fn failures_of_both_kinds_are_counted() {
        let errors = "  Socket errors: connect 0, read 3, write 0, timeout 1\n  \
                      Non-2xx or 3xx responses: 20\nRequests/sec:";
        let output = OUTPUT.replace("Requests/sec:", errors);
        assert_eq!(parse(&output).unwrap().failed, 24);
    }

    #[test]
    fn units_are_known() {
        assert_eq!(duration("1.50s"), Some(Duration::from_millis(1500)));
        assert_eq!(duration("1.00m"), Some(Duration::from_secs(60)));
        assert_eq!(duration("7"), None);
        assert_eq!(parse("unable to connect"), None);
    }
}
