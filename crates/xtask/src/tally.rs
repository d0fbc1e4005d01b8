//! Counting what the test binaries print.

use std::fmt;
use std::ops::AddAssign;

/// What one or several runs of `cargo test` have said so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: usize,
    failed: usize,
    ignored: usize,
    /// The ignored tests by name, with the reason if there is one. Terse output names none.
    pub(crate) ignored_tests: Vec<String>,
    begun: usize,
    ended: usize,
}

impl Tally {
    /// Counts one line.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.ended += 1;
            self.passed += count(result, "passed");
            self.failed += count(result, "failed");
            self.ignored += count(result, "ignored");
        } else if let Some((name, reason)) = ignored_test(line) {
            self.ignored_tests.push(format!("{name}: ignored{reason}"));
        } else if is_begin(line) {
            self.begun += 1;
        }
    }

    /// Counts one test that is not cargo's.
    pub(crate) fn add(&mut self, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }

    /// Something that could not even begin.
    pub(crate) fn of_failure() -> Self {
        let mut tally = Self::default();
        tally.add(false);
        tally
    }

    /// Whether nothing failed.
    pub(crate) fn is_success(&self) -> bool {
        self.failed == 0
    }

    /// Closes the books of one run of `cargo test`: a binary that began and gave no result has
    /// crashed, and a run that failed has at least one failure, be it that it did not compile.
    pub(crate) fn close(&mut self, success: bool) {
        self.failed += self.begun.saturating_sub(self.ended);
        if !success {
            self.failed = self.failed.max(1);
        }
        self.begun = 0;
        self.ended = 0;
    }

    /// The result, given the number of tests that ended early because a component was missing. The
    /// binaries have counted those as passed.
    pub(crate) fn summary(&self, without_component: usize) -> Summary {
        Summary {
            passed: self.passed.saturating_sub(without_component),
            failed: self.failed,
            skipped: self.ignored + without_component,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.ignored_tests.extend(other.ignored_tests);
        self.begun += other.begun;
        self.ended += other.ended;
    }
}

/// The closing line of a test run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Summary {
    /// Whether the run is a success; with `strict` only if nothing was skipped.
    pub(crate) fn is_success(self, strict: bool) -> bool {
        self.failed == 0 && (self.skipped == 0 || !strict)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// The number before `what` in `ok. 3 passed; 0 failed; 1 ignored; …`.
fn count(result: &str, what: &str) -> usize {
    result
        .split(['.', ';'])
        .filter_map(|part| part.trim().split_once(' '))
        .find(|(_, word)| *word == what)
        .and_then(|(number, _)| number.parse().ok())
        .unwrap_or(0)
}

/// Name and reason in `test name ... ignored, reason`.
fn ignored_test(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("test ")?.split_once(" ... ignored")
}

/// Whether this is `running 3 tests`.
fn is_begin(line: &str) -> bool {
    let words: Vec<_> = line.split(' ').collect();
    matches!(words[..], ["running", number, "test" | "tests"] if number.parse::<usize>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(output: &str, success: bool) -> Tally {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        tally.close(success);
        tally
    }

    #[track_caller]
    fn assert_summary(tally: &Tally, without_component: usize, expected: &str) {
        assert_eq!(tally.summary(without_component).to_string(), expected);
    }

    const GREEN: &str = "
running 3 tests
test args::tests::one ... ok
test args::tests::two ... ok
test slow ... ignored, needs a big machine

test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.01s

running 1 test
test src/lib.rs - Rate (line 12) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.20s
";

    #[test]
    fn results_of_all_binaries_add_up() {
        let tally = tally(GREEN, true);
        assert_summary(&tally, 0, "3 passed, 0 failed, 1 skipped");
        assert_eq!(tally.ignored_tests, ["slow: ignored, needs a big machine"]);
    }

    #[test]
    fn terse_output_is_counted_too() {
        let output =
            "running 2 tests\n.i\ntest result: ok. 1 passed; 0 failed; 1 ignored; 0 measured";
        assert_summary(&tally(output, true), 0, "1 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn a_test_without_its_component_is_skipped_and_not_passed() {
        assert_summary(&tally(GREEN, true), 2, "1 passed, 0 failed, 3 skipped");
    }

    #[test]
    fn failures_are_counted() {
        let output = "running 2 tests\ntest result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; \
                      0 filtered out; finished in 0.00s";
        assert_summary(&tally(output, false), 0, "1 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn a_run_that_does_not_compile_is_a_failure() {
        assert_summary(&tally("", false), 0, "0 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn a_binary_that_crashes_is_a_failure_beside_the_others() {
        let crashed = format!("running 2 tests\ntest aborts ... {GREEN}");
        assert_summary(&tally(&crashed, false), 0, "3 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn two_runs_add_up() {
        let mut both = tally(GREEN, true);
        both += tally("", false);
        assert_summary(&both, 0, "3 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn tests_that_are_not_of_cargo_count_as_well() {
        let mut tally = tally(GREEN, true);
        tally.add(true);
        assert!(tally.is_success());
        tally += Tally::of_failure();
        assert!(!tally.is_success());
        assert_summary(&tally, 0, "4 passed, 1 failed, 1 skipped");
    }

    #[test]
    fn strict_forgives_no_skipped_test() {
        let green = tally("test result: ok. 1 passed; 0 failed; 0 ignored", true);
        assert!(green.summary(0).is_success(true));
        assert!(green.summary(1).is_success(false));
        assert!(!green.summary(1).is_success(true));
        assert!(!tally("", false).summary(0).is_success(false));
    }
}
