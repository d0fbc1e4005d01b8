//! The tests that ended early because a component was missing.
//!
//! Such a test appends one line `test-name: component` to the file named by [`VARIABLE`].

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

/// The environment variable that names the file to the tests.
pub(crate) const VARIABLE: &str = "PORTCULLIS_SKIPPED_LOG";

/// The file that skipped tests write themselves into.
#[derive(Debug)]
pub(crate) struct SkipLog {
    path: PathBuf,
}

impl SkipLog {
    /// Begins an empty log.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        fs::write(&path, "")?;
        Ok(Self { path })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Says of a test of ours that it was skipped.
    pub(crate) fn add(&self, test: &str, component: &str) -> io::Result<()> {
        let mut log = fs::OpenOptions::new().append(true).open(&self.path)?;
        writeln!(log, "{test}: {component}")
    }

    /// What the tests have written.
    pub(crate) fn read(&self) -> io::Result<BTreeSet<Skip>> {
        Ok(parse(&fs::read_to_string(&self.path)?))
    }
}

/// One skipped test.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Skip {
    test: String,
    component: String,
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} is missing", self.test, self.component)
    }
}

/// The entries of a log, one for each test: a test that asked twice was skipped once.
fn parse(log: &str) -> BTreeSet<Skip> {
    let mut seen = BTreeSet::new();
    log.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.rsplit_once(": ").unwrap_or((line, "a component")))
        .filter(|(test, _)| seen.insert(*test))
        .map(|(test, component)| Skip {
            test: test.to_owned(),
            component: component.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(log: &str) -> Vec<String> {
        parse(log).iter().map(Skip::to_string).collect()
    }

    #[test]
    fn names_may_hold_colons() {
        assert_eq!(
            shown("grpc::unary::passes: python-grpcio\nfiles::h2: nginx\n"),
            [
                "files::h2: nginx is missing",
                "grpc::unary::passes: python-grpcio is missing"
            ]
        );
    }

    #[test]
    fn a_test_that_asks_twice_is_skipped_once() {
        assert_eq!(
            shown("files: nginx\n\nfiles: curl\nfiles: nginx\n"),
            ["files: nginx is missing"]
        );
    }

    #[test]
    fn ours_are_written_after_those_of_others() {
        let log =
            SkipLog::create(std::env::temp_dir().join(format!("skips-{}", std::process::id())));
        let log = log.unwrap();
        log.add("fuzz", "c++").unwrap();
        log.add("other", "nginx").unwrap();
        let read = log.read();
        fs::remove_file(log.path()).unwrap();
        let shown: Vec<_> = read.unwrap().iter().map(Skip::to_string).collect();
        assert_eq!(shown, ["fuzz: c++ is missing", "other: nginx is missing"]);
    }

    #[test]
    fn a_line_of_another_form_still_counts() {
        assert_eq!(shown("files\n"), ["files: a component is missing"]);
    }
}
