//! What the user typed after `cargo xtask`.

use crate::bench::BenchArgs;
use crate::fuzz::FuzzArgs;

/// The help text.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask <command>

Commands:
  test [--strict] [ARGS]  install what the tests need and is missing, then run every test and
                          doc test; ARGS go to `cargo test` (a filter, `-p CRATE`, `-- --nocapture`)
                          --strict: a skipped test is a failure, as in CI
  bench [OPTIONS]         measure Portcullis beside nginx, HAProxy and Envoy, and write
                          docs/performance.md
                          --rounds N: how often each is measured in each case, 5
                          --seconds N: how long each time, 5
                          --case NAME: this case alone; nothing is written
                          --no-write: print the report and leave the file as it is
  fuzz [OPTIONS]          feed the readers of foreign input with hostile bytes; `test` does so briefly
                          --seconds N: how long each target, 10
                          --target NAME: this target alone
  lint                    formatting, clippy, rustdoc, cargo deny and the house rules
  help                    this text";

/// One command with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Measure.
    Bench(BenchArgs),
    /// Feed the fuzz targets.
    Fuzz(FuzzArgs),
    /// Print [`USAGE`].
    Help,
    /// Run the lints.
    Lint,
    /// Run the tests.
    Test(TestArgs),
}

/// The arguments of `cargo xtask test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TestArgs {
    /// Whether a skipped test is a failure.
    pub(crate) strict: bool,
    /// What is handed to `cargo test` as it stands.
    pub(crate) cargo: Vec<String>,
}

/// Reads the arguments that follow `cargo xtask`.
pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut args = args.into_iter();
    match args.next().as_deref() {
        Some("bench") => BenchArgs::parse(args).map(Command::Bench),
        Some("fuzz") => FuzzArgs::parse(args).map(Command::Fuzz),
        Some("test") => Ok(parse_test(args)),
        Some("lint") => match args.next() {
            None => Ok(Command::Lint),
            Some(extra) => Err(format!("`lint` takes no arguments, found `{extra}`")),
        },
        Some("help" | "-h" | "--help") => Ok(Command::Help),
        Some(other) => Err(format!("there is no command `{other}`")),
        None => Err("a command is missing".to_owned()),
    }
}

fn parse_test(args: impl Iterator<Item = String>) -> Command {
    let mut parsed = TestArgs::default();
    let mut ours = true;
    for arg in args {
        match arg.as_str() {
            "-h" | "--help" if ours => return Command::Help,
            "--strict" if ours => parsed.strict = true,
            _ => {
                // What follows `--` is for the test binaries.
                ours &= arg != "--";
                parsed.cargo.push(arg);
            }
        }
    }
    Command::Test(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn strict_is_ours_wherever_it_stands_before_the_dashes() {
        let expected = Command::Test(TestArgs {
            strict: true,
            cargo: vec!["-p".to_owned(), "e2e".to_owned()],
        });
        assert_eq!(parsed("test --strict -p e2e").as_ref(), Ok(&expected));
        assert_eq!(parsed("test -p e2e --strict").as_ref(), Ok(&expected));
    }

    #[test]
    fn what_follows_the_dashes_is_left_alone() {
        let expected = TestArgs {
            strict: false,
            cargo: vec!["--".to_owned(), "--strict".to_owned(), "-h".to_owned()],
        };
        assert_eq!(parsed("test -- --strict -h"), Ok(Command::Test(expected)));
    }

    #[test]
    fn unknown_commands_and_arguments_are_named() {
        assert_eq!(parsed("tset"), Err("there is no command `tset`".to_owned()));
        assert_eq!(
            parsed("lint --fix"),
            Err("`lint` takes no arguments, found `--fix`".to_owned())
        );
        assert_eq!(parsed(""), Err("a command is missing".to_owned()));
    }
}
