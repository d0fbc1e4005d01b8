//! Keys that are given twice: which were the first ones?
//!
//! The parser names the second place only. So each second key gets a name of its own, of the same
//! length, and the text is parsed once more: in that tree the second stands beside the first, and what
//! only went wrong because two tables were poured into one is gone.

use std::ops::Range;

use toml::de::{DeTable, Error};

use super::tree::{Planter, Tree};
use super::{ConfigError, Span};

/// How many duplicates are shown together with their first place.
const LIMIT: usize = 256;

/// The second definition of a key.
pub(super) struct Second {
    span: Range<usize>,
    name: String,
}

impl Second {
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn error(&self) -> ConfigError {
        ConfigError::new(format!("`{}` is given twice", self.name))
            .at(Span::from(self.span()))
            .label("given again here")
            .help("keep one of the two")
    }
}

/// Whether the parser reports a key that was given before.
pub(super) fn is_duplicate(error: &Error) -> bool {
    error.message() == "duplicate key"
}

/// Parses a text that gives some keys twice.
pub(super) fn parse(text: &str, errors: &[Error]) -> Tree {
    let mut renamed = text.to_owned();
    let mut second = Vec::new();
    let spans = errors
        .iter()
        .filter(|error| is_duplicate(error))
        .filter_map(Error::span);
    for span in spans.take(LIMIT) {
        if let Some(name) = key_name(&text[span.clone()])
            && let Some(substitute) = unused_key(&renamed, span.len())
        {
            renamed.replace_range(span.clone(), &substitute);
            second.push(Second { span, name });
        }
    }
    let (table, errors) = DeTable::parse_recoverable(&renamed);
    let mut planter = Planter::new(text, &second);
    let root = planter.root(table.into_inner());
    planter.finish(root, &errors)
}

/// The name behind a key as it is written, quotes and escapes resolved.
fn key_name(written: &str) -> Option<String> {
    let line = format!("{written} = 0");
    let table = DeTable::parse(&line).ok()?.into_inner();
    table
        .into_iter()
        .next()
        .map(|(key, _)| key.into_inner().into_owned())
}

/// A key of `len` bytes that does not occur in `text`.
fn unused_key(text: &str, len: usize) -> Option<String> {
    const ATTEMPTS: u32 = 1000;
    (0..ATTEMPTS)
        .map(|attempt| format!("{attempt:-<len$X}"))
        .find(|key| key.len() == len && !text.contains(key.as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::broken;

    #[test]
    fn both_places_are_shown() {
        assert_eq!(
            broken("[admin]\nbind = 1\n'bind' = 2\n"),
            r#"error: `bind` is given twice
 --> gateway.toml:3:1
  |
2 | bind = 1
  | ---- first given here
3 | 'bind' = 2
  | ^^^^^^ given again here
  |
  = help: keep one of the two
"#
        );
    }

    #[test]
    fn the_second_table_is_left_out_as_a_whole() {
        assert_eq!(
            broken("[layers.login]\ntype = 'a'\n\n[layers.login]\ntype = 'b'\n"),
            r#"error: `login` is given twice
 --> gateway.toml:4:9
  |
1 | [layers.login]
  |         ----- first given here
...
4 | [layers.login]
  |         ^^^^^ given again here
  |
  = help: keep one of the two
"#
        );
    }

    #[test]
    fn inside_an_inline_table_and_an_array_of_tables() {
        assert_eq!(
            broken("[[routes]]\nmatch = { path = '/', path = '/a' }\n[routes.match]\n"),
            r#"error: `path` is given twice
 --> gateway.toml:2:23
  |
2 | match = { path = '/', path = '/a' }
  |           ----        ^^^^ given again here
  |           |
  |           first given here
  |
  = help: keep one of the two

error: `match` is given twice
 --> gateway.toml:3:9
  |
2 | match = { path = '/', path = '/a' }
  | ----- first given here
3 | [routes.match]
  |         ^^^^^ given again here
  |
  = help: keep one of the two
"#
        );
    }
}
