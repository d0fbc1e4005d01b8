//! The figures of a case as a Markdown table.

use super::measurement::Measurement;
use super::peers::NGINX;
use super::series::{CaseSeries, Spread, ratio};

const HEAD: &str = "\
| proxy | requests/s | to nginx | CPU per request, µs | to nginx | core busy | p50, ms | p99, ms | peak RSS, MB |
|---|---|---|---|---|---|---|---|---|
";

/// One row for each proxy that has figures.
pub(crate) fn table(measured: &CaseSeries) -> String {
    let nginx = measured.of(NGINX.name);
    let rows = measured.series.iter().filter_map(|series| {
        let rounds = measured.of(series.peer)?;
        row(series.peer, rounds, nginx)
    });
    HEAD.to_owned() + &rows.collect::<String>()
}

fn row(peer: &str, rounds: &[Measurement], nginx: Option<&[Measurement]>) -> Option<String> {
    let per_second = Spread::of(rounds, |round| round.per_second)?;
    let cpu = Spread::of(rounds, |round| round.cpu_micros)?;
    let to_nginx = |figure: fn(&Measurement) -> f64| {
        let ratio = nginx.and_then(|nginx| ratio(rounds, nginx, figure));
        ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}"))
    };
    let median = |figure: fn(&Measurement) -> f64| Some(Spread::of(rounds, figure)?.median);
    Some(format!(
        "| {peer} | {} | {} | {} | {} | {:.0} % | {:.2} | {:.2} | {:.1} |\n",
        with_ends(per_second, thousands),
        to_nginx(|round| round.per_second),
        with_ends(cpu, |micros| format!("{micros:.1}")),
        to_nginx(|round| round.cpu_micros),
        median(Measurement::busy)? * 100.0,
        median(|round| round.p50_millis)?,
        median(|round| round.p99_millis)?,
        median(|round| round.megabytes)?,
    ))
}

fn with_ends(spread: Spread, shown: impl Fn(f64) -> String) -> String {
    let [least, median, most] = [spread.least, spread.median, spread.most].map(shown);
    format!("{median} ({least}–{most})")
}

/// `31415.9` is `31,416`.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::cases::CASES;
    use crate::bench::series::{Series, fixtures::rounds};

    fn series(peer: &'static str, cpu: &[f64]) -> Series {
        Series {
            peer,
            outcome: Ok(rounds(cpu)),
        }
    }

    #[test]
    fn rows_have_medians_ends_and_ratios() {
        let measured = CaseSeries {
            case: &CASES[0],
            series: vec![
                series("portcullis", &[50.0, 40.0, 80.0]),
                series("nginx", &[40.0; 3]),
            ],
        };
        let table = table(&measured);
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            [
                "| portcullis | 20,000 (12,500–25,000) | 0.80 | 50.0 (40.0–80.0) | 1.25 | 100 % | 5.00 | 50.00 | 50.0 |",
                "| nginx | 25,000 (25,000–25,000) | 1.00 | 40.0 (40.0–40.0) | 1.00 | 100 % | 4.00 | 40.00 | 40.0 |",
            ]
        );
    }

    #[test]
    fn without_nginx_there_are_no_ratios_and_without_figures_no_row() {
        let failed = Series {
            peer: "nginx",
            outcome: Err("gone".to_owned()),
        };
        let measured = CaseSeries {
            case: &CASES[0],
            series: vec![series("envoy", &[50.0]), failed],
        };
        let table = table(&measured);
        assert!(
            table.contains("| envoy | 20,000 (20,000–20,000) | – |"),
            "{table}"
        );
        assert!(!table.contains("| nginx"), "{table}");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [9.4, 999.6, 1e6].map(thousands),
            ["9", "1,000", "1,000,000"]
        );
    }
}
