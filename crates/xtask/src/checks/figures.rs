//! Tests that measure run optimised or not at all.

use super::Finding;
use crate::workspace::TestTarget;

/// Every target of figures must need the feature that only the optimised run turns on.
pub(super) fn check(targets: &[TestTarget]) -> Vec<Finding> {
    targets
        .iter()
        .filter(|target| target.is_of_figures())
        .filter(|target| {
            !target
                .required_features
                .iter()
                .any(|feature| feature == "figures")
        })
        .map(|target| Finding {
            path: "tests/Cargo.toml".to_owned(),
            line: 1,
            message: format!(
                "the test `{}` measures: declare it with `required-features = [\"figures\"]`",
                target.name
            ),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str, features: &[&str]) -> TestTarget {
        TestTarget {
            name: name.to_owned(),
            required_features: features.iter().map(|&feature| feature.to_owned()).collect(),
        }
    }

    #[test]
    fn only_figures_without_the_feature_are_found() {
        let targets = [
            target("files", &[]),
            target("rss_figures", &["figures"]),
            target("time_figures", &[]),
        ];
        let found = check(&targets);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.contains("`time_figures`"));
    }
}
