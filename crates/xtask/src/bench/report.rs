//! The page that a run becomes.

use super::series::CaseSeries;
use super::table::table;

/// The reason itself was printed during the run. It may name places of one machine.
const FAILED: &str = "it failed";

/// What the page says beside the figures.
#[derive(Debug)]
pub(crate) struct Circumstances {
    /// The machine.
    pub(crate) machine: String,
    /// Every proxy and tool with its version.
    pub(crate) versions: Vec<String>,
    /// What was not there.
    pub(crate) missing: Vec<&'static str>,
    /// Whether each part had a core of its own.
    pub(crate) pinned: bool,
    /// How often each was measured.
    pub(crate) rounds: u64,
    /// How long each time.
    pub(crate) seconds: u64,
}

/// The page.
pub(crate) fn markdown(circumstances: &Circumstances, measured: &[CaseSeries]) -> String {
    let cases: Vec<_> = measured.iter().map(section).collect();
    preamble(circumstances) + &cases.concat()
}

fn preamble(of: &Circumstances) -> String {
    let cores = if of.pinned {
        "The proxy has a core of its own, clients and upstream share another"
    } else {
        "All of them share the same cores, so that requests/s and times tell little"
    };
    let missing = if of.missing.is_empty() {
        String::new()
    } else {
        format!(
            "- skipped, because it is missing: {}\n",
            of.missing.join(", ")
        )
    };
    format!(
        "# Performance

`cargo xtask bench` writes this page. It is about one machine at one time: **only the ratios within a run mean
anything**, and figures of two runs cannot be compared.

- machine: {machine}
- versions: {versions}
- rounds: {rounds}, of {seconds} s for each proxy in each case, after a second of warm-up
{missing}
Each proxy stands between clients on loopback and the same nginx, which answers from memory, unless a case says
otherwise. All do the same: they keep connections on both sides, set `X-Forwarded-For`, `-Proto` and `-Host` (nginx
refuses requests without), write no access log, and use one thread for requests. In each round the proxies take turns, each freshly
started. {cores}.

Clients send the next request as soon as they have the answer. A figure is the median over the rounds, with the
least and the most in parentheses. *To nginx* is the median of the ratios to nginx in the same round. *CPU per
request* is processor time of all processes of the proxy, in user and in system mode. *Core busy* says how much
of a core that makes; well below 100 %, clients or upstream were what held up, and requests/s say little. *Peak
RSS* is the most memory that was resident.
",
        machine = of.machine,
        versions = of.versions.join(", "),
        rounds = of.rounds,
        seconds = of.seconds,
    )
}

fn section(measured: &CaseSeries) -> String {
    let case = measured.case;
    let limits = case.limits.iter().map(|limit| limit.verdict(measured));
    let failures = measured.series.iter().filter_map(|series| {
        series.outcome.as_ref().err()?;
        Some(format!("{} has no figures: {FAILED}", series.peer))
    });
    let notes: Vec<_> = limits
        .chain(failures)
        .map(|note| format!("- {note}\n"))
        .collect();
    let gap = if notes.is_empty() { "" } else { "\n" };
    format!(
        "\n## {}\n\n{}: `{} {}`.\n\n{}{gap}{}",
        case.name,
        case.shows,
        case.tool.name(),
        case.arguments.join(" "),
        table(measured),
        notes.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::cases::CASES;
    use crate::bench::series::{Series, fixtures::rounds};

    fn page(pinned: bool, missing: Vec<&'static str>) -> String {
        let circumstances = Circumstances {
            machine: "AMD EPYC, 2 cores, Linux 6.1.0".to_owned(),
            versions: vec!["nginx 1.22.1".to_owned(), "wrk 4.1.0".to_owned()],
            missing,
            pinned,
            rounds: 3,
            seconds: 2,
        };
        let outcomes = [
            ("portcullis", Ok(rounds(&[20.0]))),
            ("nginx", Ok(rounds(&[20.0]))),
            ("envoy", Err("it ended at once:\nfor a reason".to_owned())),
        ];
        let series = outcomes.map(|(peer, outcome)| Series { peer, outcome });
        let measured = CaseSeries {
            case: &CASES[0],
            series: series.into(),
        };
        markdown(&circumstances, &[measured])
    }

    #[test]
    fn a_page_says_where_and_with_what_it_was_measured() {
        let page = page(true, vec![]);
        assert!(page.contains("- machine: AMD EPYC, 2 cores, Linux 6.1.0\n"));
        assert!(page.contains("- versions: nginx 1.22.1, wrk 4.1.0\n"));
        assert!(page.contains("- rounds: 3, of 2 s for each"));
        assert!(page.contains("a core of its own"));
        assert!(!page.contains("skipped"));
    }

    #[test]
    fn what_is_missing_or_shared_is_told() {
        let page = page(false, vec!["haproxy"]);
        assert!(page.contains("- skipped, because it is missing: haproxy\n"));
        assert!(page.contains("share the same cores"));
    }

    #[test]
    fn a_case_has_its_table_its_limits_and_its_failures() {
        let page = page(true, vec![]);
        assert!(page.contains("\n## keep-alive\n\nPlain forwarding: HTTP/1.1"));
        assert!(page.contains("`wrk -t1 -c64`.\n\n| proxy |"));
        let notes = "\n\n- CPU per request at most 1.15 × nginx: 1.00 ×, met\n\
                     - peak RSS at most 25 MB: 20.00 MB, met\n\
                     - envoy has no figures: it failed\n";
        assert!(page.ends_with(notes), "{page}");
    }
}
