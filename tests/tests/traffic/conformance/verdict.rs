//! What the suite says at its end.

use std::fmt;

/// What the suite says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// How many cases passed, and of how many.
    pub(super) passed: usize,
    pub(super) of: usize,
    /// Each case that failed, and why.
    pub(super) failed: Vec<String>,
}

impl Verdict {
    /// Reads the suite's output.
    pub(super) fn of(output: &str) -> Self {
        let plain = without_colours(output);
        let mut verdict = Self::default();
        let mut lines = plain.lines();
        while let Some(line) = lines.next() {
            if let Some(case) = line.split("Test failed: ").nth(1) {
                let reason = lines
                    .clone()
                    .map(str::trim_start)
                    .find_map(|line| line.strip_prefix("0: "));
                let reason = reason.unwrap_or("no reason given");
                verdict.failed.push(format!("{case}: {reason}"));
            }
            let counts = line.split("Passed ").nth(1).and_then(|counts| {
                let (passed, rest) = counts.split_once('/')?;
                Some((passed.parse().ok()?, rest.split(' ').next()?.parse().ok()?))
            });
            (verdict.passed, verdict.of) = counts.unwrap_or((verdict.passed, verdict.of));
        }
        verdict
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} of {} cases passed", self.passed, self.of)?;
        self.failed
            .iter()
            .try_for_each(|case| writeln!(f, "{case}"))
    }
}

/// `text` without the sequences that colour a terminal.
fn without_colours(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default();
    let rest = parts.map(|part| part.split_once('m').map_or(part, |(_, text)| text));
    std::iter::once(first).chain(rest).collect()
}

#[test]
fn failures_are_named_with_their_reasons() {
    let output = "✅ Test passed: RFC 9113 :: 3 :: x\n\
                  ❌ Test failed: RFC 9113 :: 6 :: sends y\n\n   0: \x1b[91mgot Z\x1b[0m\n\nLocation:\n\
                  🚄 Passed \x1b[1;32m1/2\x1b[0m tests in \x1b[1;33m0.36\x1b[0m seconds\n";
    let verdict = Verdict::of(output);
    assert_eq!((verdict.passed, verdict.of), (1, 2));
    assert_eq!(verdict.failed, ["RFC 9113 :: 6 :: sends y: got Z"]);
    assert_eq!(Verdict::of("nothing").of, 0);
}
