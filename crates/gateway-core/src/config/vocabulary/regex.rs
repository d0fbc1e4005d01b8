//! A regular expression: `"^/v[0-9]+/"`.

use std::fmt;
use std::ops::Deref;

use regex_syntax::hir::{Hir, Look};

use crate::config::{Diagnosis, Text};

/// The largest compiled program, in bytes.
const LARGEST: usize = 256 * 1024;

/// A regular expression, compiled under a limit of 256 KiB. It matches anywhere in a text;
/// [`whole`](Self::whole) makes one that matches a text as a whole.
///
/// ```
/// use gateway_core::config::Regex;
///
/// let version: Regex = "v[0-9]+".parse().unwrap();
/// assert!(version.is_match("/v2/orders"));
/// let whole = version.whole().unwrap();
/// assert!(whole.is_match("v2") && !whole.is_match("/v2/orders"));
/// ```
#[derive(Clone, Debug)]
pub struct Regex {
    written: String,
    compiled: regex::Regex,
}

impl Regex {
    /// The same expression, matching whole texts only. Here the pattern is put between anchors after it
    /// was parsed, so that no flag or comment in it can undo them.
    ///
    /// # Errors
    /// The anchored expression is larger than the limit.
    pub fn whole(&self) -> Result<Self, Diagnosis> {
        let anchored = Hir::concat(vec![
            Hir::look(Look::Start),
            parse(&self.written)?,
            Hir::look(Look::End),
        ]);
        Ok(Self {
            written: self.written.clone(),
            compiled: compile(&anchored.to_string())?,
        })
    }

    /// The expression as it was written.
    pub fn as_written(&self) -> &str {
        &self.written
    }
}

impl Text for Regex {
    const NAME: &'static str = "Regex";
    const WANTED: &'static str = "a regular expression such as '^/v[0-9]+/'";
    const DESCRIPTION: &'static str = "A regular expression in the syntax of Rust's regex crate: no look-around, no back-references, linear time.";
    const EXAMPLES: &'static [&'static str] = &["^/v[0-9]+/"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        parse(text)?;
        Ok(Self {
            written: text.to_owned(),
            compiled: compile(text)?,
        })
    }
}

crate::text_value!(Regex);

fn parse(pattern: &str) -> Result<Hir, Diagnosis> {
    let bad = |why: &dyn fmt::Display, span: &regex_syntax::ast::Span| {
        let len = span.end.offset.saturating_sub(span.start.offset).max(1);
        Diagnosis::new(format!("bad regular expression: {why}")).within(span.start.offset, len)
    };
    regex_syntax::parse(pattern).map_err(|error| match error {
        regex_syntax::Error::Parse(error) => bad(error.kind(), error.span()),
        regex_syntax::Error::Translate(error) => bad(error.kind(), error.span()),
        other => Diagnosis::new(format!("bad regular expression: {other}")),
    })
}

fn compile(pattern: &str) -> Result<regex::Regex, Diagnosis> {
    regex::RegexBuilder::new(pattern)
        .size_limit(LARGEST)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                Diagnosis::new("this regular expression is too large when compiled")
                    .help("use smaller counts, or [a-z0-9_] in place of \\w")
            }
            other => Diagnosis::new(format!("bad regular expression: {other}")),
        })
}

impl Deref for Regex {
    type Target = regex::Regex;

    fn deref(&self) -> &regex::Regex {
        &self.compiled
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.compiled.as_str() == other.compiled.as_str()
    }
}

impl Eq for Regex {}

impl fmt::Display for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::{pointed_at, value};

    #[test]
    fn the_caret_is_inside_the_expression() {
        assert_eq!(
            value::<Regex>("'^/a(b'").unwrap_err(),
            "bad regular expression: unclosed group"
        );
        assert_eq!(pointed_at::<Regex>("'^/a(b'"), "(");
        assert_eq!(pointed_at::<Regex>("'a(?=b)'"), "(?=");
        assert_eq!(pointed_at::<Regex>(r"'a\p{Nope}'"), r"\p{Nope}");
    }

    #[test]
    fn nothing_undoes_the_anchors_of_a_whole_match() {
        for (pattern, yes, no) in [
            ("a|ab", "ab", "abc"),
            ("(?x)a # comment", "a", "ba"),
            ("(?m)a$", "a", "a\nb"),
            ("(?i)a", "A", "AA"),
        ] {
            let regex = pattern.parse::<Regex>().unwrap().whole().unwrap();
            assert!(regex.is_match(yes), "{pattern}");
            assert!(!regex.is_match(no), "{pattern}");
            assert_eq!(regex.to_string(), pattern);
        }
    }

    #[test]
    fn the_size_is_limited_but_ordinary_expressions_fit() {
        assert!(value::<Regex>(r"'^/v\d+/[\w-]+/(\w+)\.(json|xml)$'").is_ok());
        let error = value::<Regex>(r"'\w{100}'").unwrap_err();
        assert!(
            error.starts_with("this regular expression is too large"),
            "{error}"
        );
    }
}
