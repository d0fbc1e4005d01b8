//! Files stay short enough to be read in one go.

use super::{Finding, Source};

/// More lines than this and the file holds more than one concept.
const MOST_LINES: usize = 500;

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().count();
    if source.is_rust() && lines > MOST_LINES {
        let message = format!("{lines} lines, at most {MOST_LINES}: split it by concept");
        vec![source.finding(MOST_LINES + 1, message)]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::source::fixtures::{lines, source};

    #[test]
    fn the_limit_itself_is_allowed_and_only_code_is_limited() {
        let (most, more) = ("\n".repeat(MOST_LINES), "\n".repeat(MOST_LINES + 1));
        assert!(check(&source("a.rs", &most)).is_empty());
        assert_eq!(lines(&check(&source("a.rs", &more))), [MOST_LINES + 1]);
        assert!(check(&source("Cargo.lock", &more)).is_empty());
    }
}
