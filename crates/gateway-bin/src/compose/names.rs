//! Names of the file that other parts of it refer to.

use std::collections::HashMap;

use gateway_core::config::{ConfigError, Located, unknown_name};

/// Things of one kind, found by their names in the file.
///
/// A thing whose own configuration is wrong is known by name but has no value: whoever refers to it is not
/// at fault.
#[derive(Debug)]
pub(super) struct Names<T> {
    kind: &'static str,
    things: HashMap<String, Option<T>>,
}

impl<T> Names<T> {
    /// The things of one `kind`, such as `upstream`.
    pub(super) fn new(
        kind: &'static str,
        things: impl IntoIterator<Item = (String, Option<T>)>,
    ) -> Self {
        Self {
            kind,
            things: things.into_iter().collect(),
        }
    }

    /// The thing that `name` refers to; `None` where that thing had errors of its own.
    ///
    /// # Errors
    /// When there is no thing of that name.
    pub(super) fn resolve(&self, name: &Located<String>) -> Result<Option<&T>, ConfigError> {
        match self.things.get(name.as_str()) {
            Some(thing) => Ok(thing.as_ref()),
            None => {
                let mut known: Vec<&str> = self.things.keys().map(String::as_str).collect();
                known.sort_unstable();
                Err(unknown_name(self.kind, name, known))
            }
        }
    }

    /// The things that are right, in the order of their names.
    pub(super) fn into_things(self) -> Vec<T> {
        let mut things: Vec<(String, Option<T>)> = self.things.into_iter().collect();
        things.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        things.into_iter().filter_map(|(_, thing)| thing).collect()
    }
}
