//! `cargo xtask test`: every test of the workspace, and an honest count at the end.
//!
//! Most tests run as cargo builds them for development. Those that measure (`*_figures` in the
//! end-to-end package) mean nothing there, so they run a second time of their own: optimised, and one
//! after the other. At last the fuzz targets are fed for a few seconds each.

use std::io;
use std::process::Command;

use crate::args::TestArgs;
use crate::cargo::cargo;
use crate::components::{COMPONENTS, CXX};
use crate::fuzz;
use crate::outcome::Outcome;
use crate::process::stream;
use crate::provide::{Provided, provide};
use crate::selection::Selection;
use crate::skips::{self, SkipLog};
use crate::tally::Tally;
use crate::workspace::{E2E, TestTarget, Workspace};

/// Provides the components, runs the tests, and reports.
pub(crate) fn run(args: &TestArgs) -> Outcome {
    let workspace = Workspace::read()?;
    let provided = provide(&workspace.target.join("tools"), COMPONENTS)?;
    let skipped = SkipLog::create(workspace.target.join("skipped-tests.log"))?;

    let mut tally = Tally::default();
    for mut command in commands(&workspace, &args.cargo) {
        equip(&mut command, &provided, &skipped);
        tally += count(&mut command)?;
    }
    // Whoever chooses tests does not mean these.
    if args.cargo.is_empty() {
        tally += fuzz(&workspace, &provided, &skipped)?;
    }
    report(&tally, &skipped, args.strict)
}

/// Feeds the fuzz targets, where there is what their fuzzer is built with.
fn fuzz(workspace: &Workspace, provided: &[Provided], skipped: &SkipLog) -> Outcome<Tally> {
    let has_compiler = |(component, place): &Provided| **component == CXX && place.is_some();
    if provided.iter().any(has_compiler) {
        return Ok(fuzz::run_briefly(workspace));
    }
    skipped.add("fuzz", CXX.name)?;
    // As with others that are skipped, the log takes it back.
    let mut tally = Tally::default();
    tally.add(true);
    Ok(tally)
}

/// The runs of cargo that make up a test run.
fn commands(workspace: &Workspace, args: &[String]) -> Vec<Command> {
    let selection = Selection::of(args);
    let mut everything = cargo(["test", "--no-fail-fast"]);
    if selection.every_package {
        everything.arg("--workspace");
    }
    everything.args(args);

    let mut commands = vec![everything];
    if selection.figures && workspace.e2e.iter().any(TestTarget::is_of_figures) {
        let mut figures = cargo(["test", "--no-fail-fast", "--package", E2E]);
        figures.args(["--profile", "measure", "--features", "e2e/figures"]);
        // A test of the binary's own package makes cargo build the binary that is measured.
        figures.args(["--package", "gateway-bin", "--test", "command_line"]);
        figures.args(["--test", "*_figures"]).args(args);
        figures.env("RUST_TEST_THREADS", "1");
        commands.push(figures);
    }
    commands
}

/// Tells the tests where their components are and where to say what they skip.
fn equip(command: &mut Command, provided: &[Provided], skipped: &SkipLog) {
    for (component, place) in provided {
        match place {
            Some(path) => command.env(component.variable, path),
            None => command.env_remove(component.variable),
        };
    }
    command.env(skips::VARIABLE, skipped.path());
}

fn count(command: &mut Command) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let status = stream(command, &mut io::stdout(), |line| tally.read(line))?;
    tally.close(status.success());
    Ok(tally)
}

fn report(tally: &Tally, skipped: &SkipLog, strict: bool) -> Outcome {
    let skips = skipped.read()?;
    let summary = tally.summary(skips.len());
    println!();
    for skip in &skips {
        println!("skipped {skip}");
    }
    for test in &tally.ignored_tests {
        println!("skipped {test}");
    }
    println!("{summary}");
    Ok(summary.is_success(strict))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command_lines(args: &str) -> Vec<String> {
        let figures = TestTarget {
            name: "rss_figures".to_owned(),
            required_features: vec!["figures".to_owned()],
        };
        let workspace = Workspace {
            root: "/src".into(),
            target: "/build".into(),
            e2e: vec![figures],
        };
        let args: Vec<_> = args.split_whitespace().map(str::to_owned).collect();
        let line = |command: &Command| {
            let words: Vec<_> = command
                .get_args()
                .filter_map(|word| word.to_str())
                .collect();
            words.join(" ")
        };
        commands(&workspace, &args).iter().map(line).collect()
    }

    #[test]
    fn figures_run_apart_and_optimised() {
        assert_eq!(
            command_lines("reload"),
            [
                "test --no-fail-fast --workspace reload",
                "test --no-fail-fast --package e2e --profile measure --features e2e/figures \
                 --package gateway-bin --test command_line --test *_figures reload",
            ]
        );
    }

    #[test]
    fn a_package_of_ones_choice_runs_alone() {
        assert_eq!(command_lines("-p xtask"), ["test --no-fail-fast -p xtask"]);
    }
}
