//! All fuzzers at work.

use std::sync::Mutex;
use std::time::Duration;
use std::{io, thread};

use super::FuzzArgs;
use super::build::{Fuzzer, build};
use super::campaign::{Folders, Verdict};
use crate::components::CXX;
use crate::outcome::Outcome;
use crate::provide::provide;
use crate::tally::Tally;
use crate::workspace::Workspace;

/// How long each target is fed in a run of all tests: enough to notice what is broken at once.
const BRIEFLY: Duration = Duration::from_secs(4);

/// Feeds the targets that were asked for.
pub(crate) fn run(args: &FuzzArgs) -> Outcome {
    let workspace = Workspace::read()?;
    provide(&workspace.target.join("tools"), &[CXX])?;
    let mut fuzzers = build(&workspace.root)?;
    if let Some(target) = &args.target {
        fuzzers.retain(|fuzzer| fuzzer.target == *target);
        if fuzzers.is_empty() {
            return Err(format!("there is no target `{target}`").into());
        }
    }
    let folders = Folders {
        root: workspace.root,
        target: workspace.target,
    };
    Ok(work(&folders, &fuzzers, args.time)?.is_success())
}

/// Feeds all targets for a few seconds, and counts them among the tests.
pub(crate) fn run_briefly(workspace: &Workspace) -> Tally {
    let folders = Folders {
        root: workspace.root.clone(),
        target: workspace.target.clone(),
    };
    let done = build(&workspace.root)
        .and_then(|fuzzers| work(&folders, &fuzzers, BRIEFLY).map_err(Into::into));
    done.unwrap_or_else(|error| {
        println!("error: {error}");
        Tally::of_failure()
    })
}

/// Lets as many fuzzers work at once as there are cores, and prints a line for each.
fn work(folders: &Folders, fuzzers: &[Fuzzer], time: Duration) -> io::Result<Tally> {
    let workers = thread::available_parallelism()?.get().min(fuzzers.len());
    let next = Mutex::new(fuzzers.iter());
    let tally = Mutex::new(Tally::default());
    thread::scope(|scope| {
        let worker = || -> io::Result<()> {
            // Each takes the next as soon as it is free; a poisoned lock means that another has panicked.
            while let Some(fuzzer) = next.lock().ok().and_then(|mut next| next.next()) {
                let verdict = folders.campaign(fuzzer, time)?;
                println!("{}", report(&fuzzer.target, &verdict));
                if let Ok(mut tally) = tally.lock() {
                    tally.add(verdict.broken.is_none());
                }
            }
            Ok(())
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| {
            let ended = worker.join();
            ended.unwrap_or_else(|_| Err(io::Error::other("a worker has panicked")))
        })
    })?;
    tally
        .into_inner()
        .map_err(|_| io::Error::other("a worker has panicked"))
}

fn report(target: &str, verdict: &Verdict) -> String {
    let inputs = verdict.inputs;
    let Some(broken) = &verdict.broken else {
        return format!("fuzz {target} ... ok, {inputs} inputs");
    };
    let mut report = format!("fuzz {target} ... FAILED, see {}", broken.log.display());
    if let Some(input) = &broken.input {
        let input = input.display();
        report +=
            &format!("\n  once it is mended, keep the input: cp {input} fuzz/seeds/{target}/");
    }
    report
}

#[cfg(test)]
mod tests {
    use super::super::campaign::Broken;
    use super::*;

    #[test]
    fn a_report_says_where_the_input_is() {
        let mut verdict = Verdict {
            inputs: 7,
            broken: None,
        };
        assert_eq!(report("head", &verdict), "fuzz head ... ok, 7 inputs");
        verdict.broken = Some(Broken {
            input: Some("/w/crash-1".into()),
            log: "/w/log".into(),
        });
        let report = report("head", &verdict);
        assert!(report.starts_with("fuzz head ... FAILED, see /w/log\n"));
        assert!(report.ends_with("cp /w/crash-1 fuzz/seeds/head/"));
    }
}
