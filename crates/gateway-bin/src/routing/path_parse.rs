//! Reading paths as the operator writes them.

use std::sync::Arc;

use gateway_core::config::Diagnosis;
use gateway_core::path::{CanonicalPath, EncodedSlash, PathError};

use super::path_template::{PathSegment, PathTemplate, Tail};

/// How many segments a template or prefix may have; the search recurs once for each.
const MOST_SEGMENTS: usize = 64;

/// Reads a path that is compared as it is.
pub(super) fn exact(text: &str) -> Result<Box<str>, Diagnosis> {
    if text.contains(['{', '}']) {
        return Err(
            Diagnosis::new(format!("`{text}` can never match: requests escape braces")).help(
                format!("for a path with parameters write `path = \"{text}\"`"),
            ),
        );
    }
    check_canonical(text, text, |spelling| spelling)?;
    Ok(text.into())
}

/// Reads a prefix. A slash at its end means nothing, as in the Gateway API.
pub(super) fn prefix(text: &str) -> Result<PathTemplate, Diagnosis> {
    if text.contains(['{', '}']) {
        let base = text
            .split("/{*")
            .next()
            .unwrap_or(text)
            .trim_end_matches('/');
        return Err(
            Diagnosis::new(format!("the prefix `{text}` has parameters"))
                .help(format!("write `path = \"{base}/{{*rest}}\"`")),
        );
    }
    check_canonical(text, text, |spelling| spelling)?;
    let segments = text.split('/').filter(|segment| !segment.is_empty());
    let segments = segments
        .map(|text| PathSegment::Literal(text.into()))
        .collect();
    bounded(segments, Tail::Rest(None))
}

/// Reads a path with parameters.
pub(super) fn template(text: &str) -> Result<PathTemplate, Diagnosis> {
    let mut segments = Vec::new();
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut tail = Tail::End;
    let mut stand_ins = Vec::new();
    let mut parts = text.split('/').peekable();
    let starts_with_slash = parts.next_if_eq(&"").is_some();
    while let Some(part) = parts.next() {
        let Some(parameter) = Parameter::read(part)? else {
            stand_ins.push(part.to_owned());
            segments.push(PathSegment::Literal(part.into()));
            continue;
        };
        let name: Arc<str> = parameter.name.into();
        if names.contains(&name) {
            return Err(
                Diagnosis::new(format!("the parameter `{name}` occurs twice"))
                    .help("give each parameter a name of its own"),
            );
        }
        stand_ins.push(stand_in(names.len()));
        names.push(Arc::clone(&name));
        if !parameter.is_rest {
            segments.push(PathSegment::Parameter(name));
        } else if parts.peek().is_none() {
            tail = Tail::Rest(Some(name));
        } else {
            return Err(
                Diagnosis::new(format!("`{part}` is not at the end of the path")).help(format!(
                    "it takes all that is left; `{{{name}}}` takes one segment"
                )),
            );
        }
    }
    let slash = if starts_with_slash { "/" } else { "" };
    let shape = format!("{slash}{}", stand_ins.join("/"));
    check_canonical(text, &shape, |spelling| {
        let is_rest = |at: usize| tail != Tail::End && at + 1 == names.len();
        names
            .iter()
            .enumerate()
            .fold(spelling, |spelling, (at, name)| {
                let star = if is_rest(at) { "*" } else { "" };
                spelling.replace(&stand_in(at), &format!("{{{star}{name}}}"))
            })
    })?;
    bounded(segments, tail)
}

fn bounded(segments: Vec<PathSegment>, tail: Tail) -> Result<PathTemplate, Diagnosis> {
    if segments.len() > MOST_SEGMENTS {
        return Err(
            Diagnosis::new(format!("the path has {} segments", segments.len())).help(format!(
                "write at most {MOST_SEGMENTS}, and `{{*rest}}` for more"
            )),
        );
    }
    let segments = segments.into_boxed_slice();
    Ok(PathTemplate { segments, tail })
}

/// What stands in a path for its parameter number `at` while the path is made canonical.
fn stand_in(at: usize) -> String {
    format!("~parameter-{at}~")
}

/// A parameter as it is written: `{name}` or `{*name}`.
struct Parameter<'a> {
    name: &'a str,
    is_rest: bool,
}

impl<'a> Parameter<'a> {
    /// Reads a segment, which is no parameter where it has no braces.
    fn read(segment: &'a str) -> Result<Option<Self>, Diagnosis> {
        if !segment.contains(['{', '}']) {
            return Ok(None);
        }
        let inner = segment
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'));
        let Some(inner) = inner.filter(|inner| !inner.contains(['{', '}'])) else {
            return Err(Diagnosis::new(format!("`{segment}` is not a parameter"))
                .help("a parameter is a whole segment, as in `/orders/{id}`; for less write `{ regex = '…' }`"));
        };
        let name = inner.strip_prefix('*').unwrap_or(inner);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name {
            return Err(
                Diagnosis::new(format!("`{name}` is not the name of a parameter"))
                    .help("a name has letters, digits and `_`, and does not begin with a digit"),
            );
        }
        Ok(Some(Self {
            name,
            is_rest: name != inner,
        }))
    }
}

/// Refuses what no canonical path can be. `shape` is `text` without parameters, and `restore` puts them
/// back into its canonical spelling.
fn check_canonical(
    text: &str,
    shape: &str,
    restore: impl FnOnce(String) -> String,
) -> Result<(), Diagnosis> {
    let never = || Diagnosis::new(format!("`{text}` can never match"));
    // A listener may keep escaped slashes.
    match CanonicalPath::parse(shape, EncodedSlash::Keep) {
        Ok(path) if !path.is_changed() => Ok(()),
        Ok(path) => {
            let spelling = restore(path.into_string());
            Err(never().help(format!(
                "paths are made canonical first: write `{spelling}`"
            )))
        }
        Err(PathError::NotAbsolute) => {
            Err(never().help(format!("a path begins with a slash: write `/{text}`")))
        }
        Err(error) => Err(never().help(format!("such requests are refused: {}", error.detail()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help<T: std::fmt::Debug>(read: impl Fn(&str) -> Result<T, Diagnosis>, text: &str) -> String {
        read(text).unwrap_err().help_text().unwrap().to_owned()
    }

    #[test]
    fn templates_are_read() {
        for text in [
            "/{id}",
            "/a/{id}",
            "/a/{id}/",
            "/{a}/b/{c_1}",
            "/{*rest}",
            "/a%2Fb/{x}/{*y}",
        ] {
            assert_eq!(template(text).unwrap().to_string(), text);
        }
        assert_eq!(template("/{*rest}").unwrap().segments.len(), 0);
        assert_eq!(template("/a/{id}/").unwrap().segments.len(), 3);
    }

    #[test]
    fn a_prefix_may_end_in_a_slash() {
        for (text, segments) in [("/", 0), ("/v1", 1), ("/v1/", 1), ("/v1/a", 2)] {
            assert_eq!(prefix(text).unwrap().segments.len(), segments);
        }
        assert_eq!(prefix("/v1/").unwrap(), prefix("/v1").unwrap());
    }

    #[test]
    fn what_can_never_match_is_refused_with_its_canonical_spelling() {
        for (text, spelling) in [
            ("/a//b", "write `/a/b`"),
            ("/a/./b/../c", "write `/a/c`"),
            ("/%61", "write `/a`"),
            ("/a%2b", "write `/a%2B`"),
            ("/a b", "write `/a%20b`"),
            ("a", "write `/a`"),
            ("", "write `/`"),
            ("/../a", "leads above the root"),
            ("/%zz", "malformed percent escape"),
            ("/a?b=c", "raw question mark"),
            ("/{id}", "write `path = \"/{id}\"`"),
        ] {
            let help = help(exact, text);
            assert!(help.contains(spelling), "{text}: {help}");
        }
        for (text, spelling) in [
            ("/a//{id}", "write `/a/{id}`"),
            ("//{*rest}", "write `/{*rest}`"),
            ("/{a}/../{b}/{*c}", "write `/{b}/{*c}`"),
            ("{id}", "write `/{id}`"),
        ] {
            let help = help(template, text);
            assert!(help.contains(spelling), "{text}: {help}");
        }
        assert!(help(prefix, "/v1//").contains("write `/v1/`"));
        assert!(help(prefix, "/v1/{t}").contains("write `path = \"/v1/{t}/{*rest}\"`"));
        assert!(help(prefix, "/v1/{*r}").contains("write `path = \"/v1/{*rest}\"`"));
    }

    #[test]
    fn parameters_are_checked() {
        for (text, message) in [
            ("/a{id}", "`a{id}` is not a parameter"),
            ("/{id", "`{id` is not a parameter"),
            ("/{a}{b}", "`{a}{b}` is not a parameter"),
            ("/{}", "`` is not the name of a parameter"),
            ("/{*}", "`` is not the name of a parameter"),
            ("/{a-b}", "`a-b` is not the name of a parameter"),
            ("/{1}", "`1` is not the name of a parameter"),
            ("/{a}/{a}", "the parameter `a` occurs twice"),
            ("/{a}/{*a}", "the parameter `a` occurs twice"),
            ("/{*a}/b", "`{*a}` is not at the end of the path"),
        ] {
            assert_eq!(template(text).unwrap_err().message(), message);
        }
    }
}
