//! One fuzzer at work.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::build::Fuzzer;

/// How long one input may take. Development builds are slow, and machines busy.
const INPUT_TIMEOUT: &str = "-timeout=30";

/// How much memory a target may take; what needs more has no bound.
const MEMORY_LIMIT: &str = "-rss_limit_mb=2048";

/// Where the fuzzers' seeds are, and where they may write.
#[derive(Debug)]
pub(super) struct Folders {
    /// The repository.
    pub(super) root: PathBuf,
    /// What cargo builds into.
    pub(super) target: PathBuf,
}

/// What came of a campaign.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// How many inputs were tried.
    pub(super) inputs: u64,
    /// The input that broke a promise, and the log that tells which; `None` where all were kept.
    pub(super) broken: Option<Broken>,
}

/// A promise that was broken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// Where the input is kept.
    pub(super) input: Option<PathBuf>,
    /// What the fuzzer said.
    pub(super) log: PathBuf,
}

impl Folders {
    /// Lets a fuzzer work for `time`, each time from the seeds, so that no run depends on the one before.
    pub(super) fn campaign(&self, fuzzer: &Fuzzer, time: Duration) -> io::Result<Verdict> {
        let seeds = self.root.join("fuzz/seeds").join(&fuzzer.target);
        let work = self.target.join("fuzz").join(&fuzzer.target);
        let (corpus, log) = (work.join("corpus"), work.join("log"));
        if corpus.exists() {
            fs::remove_dir_all(&corpus)?;
        }
        fs::create_dir_all(&corpus)?;
        let mut command = Command::new(&fuzzer.program);
        command.arg(format!("-max_total_time={}", time.as_secs()));
        command.args([INPUT_TIMEOUT, MEMORY_LIMIT]);
        command.arg(format!("-artifact_prefix={}/", work.display()));
        // The first folder is the one that is written to.
        command.args([&corpus, &seeds]).current_dir(&work);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let status = command.stderr(File::create(&log)?).status()?;
        let said = fs::read(&log)?;
        let said = String::from_utf8_lossy(&said);
        let broken = (!status.success()).then(|| Broken {
            input: written_input(&said),
            log,
        });
        Ok(Verdict {
            inputs: inputs(&said),
            broken,
        })
    }
}

/// How many inputs the fuzzer says it has tried: each of its lines begins with the number.
fn inputs(said: &str) -> u64 {
    let numbers = said.lines().filter_map(|line| {
        let (number, _) = line.strip_prefix('#')?.split_once('\t')?;
        number.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// Where the fuzzer says it has written the input that broke a promise.
fn written_input(said: &str) -> Option<PathBuf> {
    let (_, after) = said.split_once("Test unit written to ")?;
    after.lines().next().map(|line| Path::new(line).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fuzzer_says_is_understood() {
        let said = "INFO: seed corpus: files: 8\n#9\tINITED cov: 1\n#170\tNEW    cov: 2\n#171\tDONE\n\
                    artifact_prefix='/w/'; Test unit written to /w/crash-1\nBase64: Cg==\n";
        assert_eq!(inputs(said), 171);
        assert_eq!(written_input(said), Some("/w/crash-1".into()));
        assert_eq!((inputs(""), written_input("")), (0, None));
    }
}
