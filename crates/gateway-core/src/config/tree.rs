//! From TOML text to a tree of nodes.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::{Value, Written};
use super::{ConfigError, Located, Node, Span, Table, duplicates, syntax};

/// A parsed text, and what is wrong with it.
pub(super) struct Tree {
    /// The whole text as one table, as far as it could be read.
    pub(super) root: Node,
    /// Keys that are given twice; the tree has the first of each.
    pub(super) duplicates: Vec<ConfigError>,
    /// Errors that make the tree unreliable.
    pub(super) broken: Vec<ConfigError>,
}

impl Tree {
    pub(super) fn parse(text: &str) -> Self {
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.iter().any(duplicates::is_duplicate) {
            return duplicates::parse(text, &errors);
        }
        let mut planter = Planter::new(text, &[]);
        let root = planter.root(table.into_inner());
        planter.finish(root, &errors)
    }
}

/// Turns the parser's values into nodes.
pub(super) struct Planter<'a> {
    text: &'a str,
    /// Second definitions, which stand under a name of their own and are left out of the tree.
    second: &'a [duplicates::Second],
    duplicates: Vec<ConfigError>,
    broken: Vec<ConfigError>,
}

impl<'a> Planter<'a> {
    pub(super) fn new(text: &'a str, second: &'a [duplicates::Second]) -> Self {
        Self {
            text,
            second,
            duplicates: Vec::new(),
            broken: Vec::new(),
        }
    }

    pub(super) fn root(&mut self, table: DeTable<'_>) -> Node {
        Node {
            value: Value::Table(self.table(table)),
            span: Span::default(),
        }
    }

    /// The tree with what was found on the way and what the parser reported.
    pub(super) fn finish(mut self, root: Node, errors: &[toml::de::Error]) -> Tree {
        for error in errors {
            let finding = syntax::finding(self.text, error);
            if duplicates::is_duplicate(error) {
                self.duplicates.push(finding);
            } else {
                self.broken.push(finding);
            }
        }
        Tree {
            root,
            duplicates: self.duplicates,
            broken: self.broken,
        }
    }

    fn node(&mut self, value: Spanned<DeValue<'_>>) -> Node {
        let span = value.span();
        let value = match value.into_inner() {
            DeValue::String(content) => Value::String(Written {
                start: verbatim(self.text, &span, &content),
                content: content.into_owned(),
            }),
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                Value::Integer(parsed.unwrap_or_else(|_| {
                    let error = ConfigError::new("this whole number is too large");
                    self.broken.push(error.at(span.clone().into()));
                    0
                }))
            }
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(value) => Value::Boolean(value),
            DeValue::Datetime(_) => Value::Datetime,
            DeValue::Array(values) => {
                Value::Array(values.into_iter().map(|value| self.node(value)).collect())
            }
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node {
            value,
            span: span.into(),
        }
    }

    fn table(&mut self, table: DeTable<'_>) -> Table {
        let mut entries: Vec<_> = table.into_iter().collect();
        // The parser sorts by name; the order of the file means something.
        entries.sort_by_key(|(key, _)| key.span().start);
        for second in self.second {
            if let Some(at) = entries
                .iter()
                .position(|(key, _)| key.span() == second.span())
            {
                entries.remove(at);
                let first = entries
                    .iter()
                    .find(|(key, _)| *key.get_ref() == second.name());
                let error = second.error();
                self.duplicates.push(match first {
                    Some((first, _)) => error.related(first.span().into(), "first given here"),
                    None => error,
                });
            }
        }
        let entries = entries.into_iter().map(|(key, value)| {
            let span = key.span().into();
            let key = Located::new(key.into_inner().into_owned(), span);
            (key, self.node(value))
        });
        Table {
            entries: entries.collect(),
        }
    }
}

/// Where the text of a string starts in the file, if it is written there as it is, without escapes.
fn verbatim(text: &str, span: &Range<usize>, content: &str) -> Option<usize> {
    let raw = text.get(span.clone())?;
    let opening = if raw.starts_with("\"\"\"") || raw.starts_with("'''") {
        let inner = &raw[3..];
        3 + if inner.starts_with("\r\n") {
            2
        } else {
            usize::from(inner.starts_with('\n'))
        }
    } else {
        1
    };
    let closing = if opening == 1 { 1 } else { 3 };
    let inner = raw.get(opening..raw.len().checked_sub(closing)?)?;
    (inner == content).then_some(span.start + opening)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(value: &str, offset: usize, len: usize) -> String {
        let text = format!("key = {value}\n");
        let tree = Tree::parse(&text);
        let node = tree.root.get("key").unwrap();
        let span = node.within(offset, len);
        text[span.start..span.end].to_owned()
    }

    #[test]
    fn a_part_of_a_string_is_found_where_it_stands() {
        assert_eq!(within("\"a + b\"", 4, 1), "b");
        assert_eq!(within("'a + b'", 2, 1), "+");
        assert_eq!(within("'''\na\nb'''", 2, 1), "b");
        assert_eq!(within("\"\"\"a b\"\"\"", 2, 1), "b");
        assert_eq!(within("\"a\\tb\"", 2, 1), "\"a\\tb\"");
        assert_eq!(within("'abc'", 2, 9), "c");
        assert_eq!(within("''", 0, 1), "");
        assert_eq!(within("17", 0, 1), "17");
    }

    #[test]
    fn the_order_of_the_file_is_kept() {
        let tree = Tree::parse("z = 1\na = 2\n[m.y]\n[m.b]\n[[c]]\n");
        let keys = |node: &Node| -> Vec<String> {
            node.table()
                .unwrap()
                .iter()
                .map(|(key, _)| key.to_string())
                .collect()
        };
        assert_eq!(keys(&tree.root), ["z", "a", "m", "c"]);
        assert_eq!(keys(tree.root.get("m").unwrap()), ["y", "b"]);
    }

    #[test]
    fn numbers_of_every_notation() {
        let tree = Tree::parse("a = 0xff\nb = 1_000\nc = -2\nd = 1e3\ne = 99999999999999999999\n");
        let value = |key: &str| tree.root.get(key).unwrap().value.clone();
        assert_eq!(value("a"), Value::Integer(255));
        assert_eq!(value("b"), Value::Integer(1000));
        assert_eq!(value("c"), Value::Integer(-2));
        assert_eq!(value("d"), Value::Float(1000.0));
        assert_eq!(tree.broken.len(), 1);
        assert_eq!(tree.broken[0].message(), "this whole number is too large");
    }
}
