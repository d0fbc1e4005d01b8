//! The command.

use std::fs;

use super::args::BenchArgs;
use super::behind::Services;
use super::cases::{CASES, Case};
use super::contest::Contest;
use super::cores::Cores;
use super::machine::machine;
use super::peers::PORTCULLIS;
use super::programs::Programs;
use super::report::{Circumstances, markdown};
use super::rounds;
use crate::outcome::Outcome;
use crate::workspace::Workspace;

/// The file of the report, from the root of the repository.
const REPORT: &str = "docs/performance.md";

/// Measures and reports. All is well if Portcullis has figures in each case; whether they meet the limits is
/// for the report to say.
pub(crate) fn run(args: &BenchArgs) -> Outcome {
    let workspace = Workspace::read()?;
    let chosen = |case: &&Case| args.case.as_deref().is_none_or(|name| name == case.name);
    let mut cases: Vec<_> = CASES.iter().filter(chosen).collect();

    let folder = workspace.target.join("bench");
    fs::create_dir_all(&folder)?;
    let programs = Programs::prepare(&workspace)?;
    let cores = Cores::choose(programs.find("taskset"));
    let services = Services::start(&programs, &folder, &cores)?;

    let circumstances = Circumstances {
        machine: machine(),
        versions: programs.versions(&cases),
        missing: programs.missing(&cases),
        pinned: matches!(cores, Cores::Pinned { .. }),
        rounds: args.rounds,
        seconds: args.seconds,
    };
    // What is missing is named, and its cases are left out.
    cases.retain(|case| programs.find(case.tool.name()).is_some());
    let contest = Contest {
        programs,
        cores,
        services,
        folder,
        seconds: args.seconds,
    };
    let measured = rounds::run(&contest, &cases, args.rounds);

    let page = markdown(&circumstances, &measured);
    println!("{page}");
    if args.write {
        fs::write(workspace.root.join(REPORT), page)?;
    }
    Ok(measured
        .iter()
        .all(|case| case.of(PORTCULLIS.name).is_some()))
}
