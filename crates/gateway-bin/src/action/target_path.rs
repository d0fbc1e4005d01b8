//! The path that a filled template gives.

use gateway_core::config::Diagnosis;
use gateway_core::path::{CanonicalPath, EncodedSlash};
use gateway_core::rejection::Rejection;

use crate::rejection;

/// The canonical form of `filled`, a template's path with what a client sent in its places; `None` where it is
/// canonical already. A parameter that is empty leaves no segment behind.
///
/// # Errors
/// A refusal when the path has no canonical form, or loses segments in it: what a client put into a parameter
/// must not lead out of the place the operator meant.
pub(super) fn canonical(filled: &str) -> Result<Option<String>, Rejection> {
    let path = CanonicalPath::parse(filled, EncodedSlash::Keep)
        .map_err(|error| rejection::rewrite_impossible().caused_by(error))?;
    if !path.is_changed() {
        return Ok(None);
    }
    if segments(path.as_str()) != segments(filled) {
        return Err(rejection::rewrite_impossible().caused_by("a parameter has dot segments"));
    }
    Ok(Some(path.into_string()))
}

/// Checks that what is written out in the template `text` is canonical.
///
/// # Errors
/// How to write it, or why there is no such path.
pub(super) fn check_template(text: &str) -> Result<(), Diagnosis> {
    let wrong = || Diagnosis::new(format!("`{text}` is no path in its canonical form"));
    // Braces are no characters of a path, which is why a template can have them.
    match CanonicalPath::parse(text, EncodedSlash::Keep) {
        Err(error) => Err(wrong().help(format!("such paths are refused: {}", error.detail()))),
        Ok(path) if path.as_str() == text.replace('{', "%7B").replace('}', "%7D") => Ok(()),
        Ok(path) => {
            let canonical = path.as_str().replace("%7B", "{").replace("%7D", "}");
            Err(wrong().help(format!("write \"{canonical}\"")))
        }
    }
}

/// How many segments `path` has that are not empty.
fn segments(path: &str) -> usize {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_segments_go_and_dot_segments_are_refused() {
        for (filled, path) in [
            ("/a/b/", Ok(None)),
            ("/a/b%2Fc", Ok(None)),
            ("//evil.example/x", Ok(Some("/evil.example/x"))),
            ("/a///b", Ok(Some("/a/b"))),
            ("/tenants/7/public/..", Err(())),
            ("/a/../b/c", Err(())),
            ("/a/./b", Err(())),
            ("/a/%2e%2e/b", Err(())),
            ("/a/..;/b", Err(())),
            ("/..", Err(())),
            ("/\\evil.example", Err(())),
        ] {
            let outcome = canonical(filled).map_err(|_| ());
            assert_eq!(
                outcome,
                path.map(|path| path.map(str::to_owned)),
                "{filled}"
            );
        }
    }
}
