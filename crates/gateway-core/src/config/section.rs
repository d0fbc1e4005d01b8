//! Going through the sections of a file by hand: `[layers.*]`, `[[routes]]`.

use super::{ConfigErrors, Located, Node, Table, unknown_key};

impl Node {
    /// The entries of the table under `key`, such as the named tables of `[layers.*]`. There are none
    /// where the key is missing; a value that is no table is a finding.
    ///
    /// ```
    /// use gateway_core::config::{ConfigErrors, Document, Source};
    ///
    /// let text = "[layers.login]\ntype = 'jwt'\n[layers.small]\ntype = 'body-limit'\n";
    /// let mut errors = ConfigErrors::new();
    /// let document = Document::parse(&Source::new("gateway.toml", text), &mut errors).unwrap();
    /// let layers = document.root().entries_of("layers", &mut errors);
    /// let names: Vec<&str> = layers.map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["login", "small"]);
    /// ```
    pub fn entries_of<'a>(
        &'a self,
        key: &str,
        errors: &mut ConfigErrors,
    ) -> impl Iterator<Item = (&'a Located<String>, &'a Self)> + use<'a> {
        let table = self.get(key).and_then(|node| errors.take(node.table()));
        table.into_iter().flat_map(Table::iter)
    }

    /// The elements of the array under `key`, such as the tables of `[[routes]]`. There are none where
    /// the key is missing; a value that is no array is a finding.
    pub fn elements_of<'a>(&'a self, key: &str, errors: &mut ConfigErrors) -> &'a [Self] {
        self.get(key)
            .and_then(|node| errors.take(node.elements()))
            .unwrap_or_default()
    }

    /// Adds a finding for every key of this table that is not among `known`.
    pub fn refuse_unknown_keys(&self, known: &[&str], errors: &mut ConfigErrors) {
        let table = self.table().into_iter().flat_map(Table::iter);
        let unknown = table.filter(|(key, _)| !known.contains(&key.as_str()));
        errors.extend(unknown.map(|(key, _)| unknown_key(key, known.iter().copied())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Document, Source};

    #[test]
    fn sections_of_the_wrong_type_are_found_and_missing_ones_are_empty() {
        let mut errors = ConfigErrors::new();
        let source = Source::new("x", "layers = 3\nrouts = []\n[routes]\n");
        let document = Document::parse(&source, &mut errors).unwrap();
        let root = document.root();
        assert_eq!(root.entries_of("layers", &mut errors).count(), 0);
        assert_eq!(root.elements_of("routes", &mut errors), []);
        assert_eq!(root.elements_of("none", &mut errors), []);
        root.refuse_unknown_keys(&["layers", "routes"], &mut errors);
        let found: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "expected a table, found the number 3",
                "expected an array, found a table",
                "unknown key `routs` (did you mean `routes`?)",
            ]
        );
    }
}
