//! Which tests the arguments for `cargo test` choose.

use crate::workspace::E2E;

/// Options that choose targets or a profile themselves; the tests of figures have their own.
const OF_TARGETS_OR_PROFILE: [&str; 14] = [
    "--all-targets",
    "--bench",
    "--benches",
    "--bin",
    "--bins",
    "--doc",
    "--example",
    "--examples",
    "--lib",
    "--profile",
    "--release",
    "-r",
    "--test",
    "--tests",
];

/// What the arguments leave to us.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Whether the arguments name no package, so that all are meant.
    pub(crate) every_package: bool,
    /// Whether the tests of figures belong to what is asked for.
    pub(crate) figures: bool,
}

impl Selection {
    /// Reads the arguments for `cargo test`.
    pub(crate) fn of(args: &[String]) -> Self {
        let mut packages = Vec::new();
        let mut every_package = true;
        let mut figures = true;
        let mut args = args.iter().take_while(|arg| *arg != "--");
        while let Some(arg) = args.next() {
            let (option, value) = match arg.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (arg.as_str(), None),
            };
            match option {
                "-p" | "--package" => {
                    packages.extend(value.or_else(|| args.next().map(String::as_str)));
                    every_package = false;
                }
                "--workspace" | "--all" => every_package = false,
                _ if OF_TARGETS_OR_PROFILE.contains(&option) => figures = false,
                _ => {}
            }
        }
        Self {
            every_package,
            figures: figures && (packages.is_empty() || packages.contains(&E2E)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_selects(line: &str, every_package: bool, figures: bool) {
        let args: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        let expected = Selection {
            every_package,
            figures,
        };
        assert_eq!(Selection::of(&args), expected, "{line}");
    }

    #[test]
    fn a_filter_and_what_follows_the_dashes_choose_no_package() {
        assert_selects("", true, true);
        assert_selects("routing -- --test-threads 1 -p x", true, true);
    }

    #[test]
    fn figures_belong_to_the_end_to_end_package() {
        assert_selects("-p xtask", false, false);
        assert_selects("--package=xtask --package e2e", false, true);
        assert_selects("--workspace --exclude xtask", false, true);
    }

    #[test]
    fn chosen_targets_and_profiles_leave_the_figures_out() {
        assert_selects("--doc", true, false);
        assert_selects("--test=files", true, false);
        assert_selects("--release", true, false);
    }
}
