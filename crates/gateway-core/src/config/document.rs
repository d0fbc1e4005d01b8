//! A whole configuration file, parsed.

use super::tree::Tree;
use super::{ConfigErrors, Node, Source};

/// A configuration file as a tree of values that know their places.
///
/// ```
/// use gateway_core::config::{ConfigErrors, Document, Source};
///
/// let source = Source::new("gateway.toml", "[admin]\nbind = '127.0.0.1:9900'\n");
/// let mut errors = ConfigErrors::new();
/// let document = Document::parse(&source, &mut errors).expect("valid TOML");
/// let bind = document.root().get("admin").and_then(|admin| admin.get("bind"));
/// assert_eq!(bind.and_then(|bind| bind.as_str()), Some("127.0.0.1:9900"));
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    root: Node,
}

impl Document {
    /// Parses the text of `source`, adding everything that is wrong with its syntax to `errors`.
    ///
    /// There is no document where the syntax is broken. A key that is given twice leaves a document with
    /// the first of the two, so that the rest of the file can still be checked.
    pub fn parse(source: &Source, errors: &mut ConfigErrors) -> Option<Self> {
        let tree = Tree::parse(source.text());
        errors.extend(tree.duplicates);
        if tree.broken.is_empty() {
            Some(Self {
                source: source.clone(),
                root: tree.root,
            })
        } else {
            errors.extend(tree.broken);
            None
        }
    }

    /// The file.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The whole file as one table.
    pub fn root(&self) -> &Node {
        &self.root
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::broken;

    #[test]
    fn every_syntax_error_is_shown() {
        assert_eq!(
            broken("bind = 0.0.0.0\nname =\nhost = orders\n[admin\nx = 1\n"),
            r#"error: `0.0.0.0` needs quotes, or is no number
 --> gateway.toml:1:8
  |
1 | bind = 0.0.0.0
  |        ^^^^^^^
  |
  = help: write "0.0.0.0" if it is meant as a string

error: a value is missing here
 --> gateway.toml:2:7
  |
2 | name =
  |       ^

error: `orders` needs quotes, or is no number
 --> gateway.toml:3:8
  |
3 | host = orders
  |        ^^^^^^
  |
  = help: write "orders" if it is meant as a string

error: unclosed table, expected `]`
 --> gateway.toml:4:7
  |
4 | [admin
  |       ^
"#
        );
    }
}
