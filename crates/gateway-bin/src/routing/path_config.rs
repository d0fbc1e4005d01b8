//! How paths are written.

use std::fmt;
use std::sync::Arc;

use gateway_core::config::{Diagnosis, StringOrTable, Text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::path_template::PathTemplate;
use super::{PathPattern, PathRegex, path_parse};

/// The long form of a path.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PathTable {
    /// This path alone.
    Exact(ExactPath),
    /// This path and all below it.
    Prefix(PathPrefix),
    /// The paths that match as a whole.
    Regex(PathRegex),
}

/// A path without parameters.
#[derive(Clone, Debug)]
pub struct ExactPath(Box<str>);

/// The beginning of a path, which ends between segments.
#[derive(Clone, Debug)]
pub struct PathPrefix(PathTemplate);

impl StringOrTable for PathPattern {
    const NAME: &'static str = "PathPattern";
    const WANTED: &'static str =
        "a path such as \"/orders/{id}\", { exact = … }, { prefix = … } or { regex = … }";
    type Table = PathTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        if text.contains(['{', '}']) {
            Ok(Self::Template(Arc::new(path_parse::template(text)?)))
        } else {
            Ok(Self::Exact(path_parse::exact(text)?.into()))
        }
    }

    fn from_table(table: PathTable) -> Result<Self, Diagnosis> {
        Ok(match table {
            PathTable::Exact(ExactPath(path)) => Self::Exact(path.into()),
            PathTable::Prefix(PathPrefix(template)) => Self::Template(Arc::new(template)),
            PathTable::Regex(regex) => Self::Regex(Arc::new(regex)),
        })
    }
}

gateway_core::string_or_table!(PathPattern);

impl Text for ExactPath {
    const NAME: &'static str = "ExactPath";
    const WANTED: &'static str = "a path such as \"/orders\"";
    const DESCRIPTION: &'static str =
        "A whole path in its canonical form; a slash at its end matters.";
    const EXAMPLES: &'static [&'static str] = &["/orders"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        path_parse::exact(text).map(Self)
    }
}

gateway_core::text_value!(ExactPath);

impl Text for PathPrefix {
    const NAME: &'static str = "PathPrefix";
    const WANTED: &'static str = "the beginning of a path such as \"/v1\"";
    const DESCRIPTION: &'static str = "The beginning of a path, by whole segments: `/v1` is for `/v1` and `/v1/orders`, not for `/v10`.";
    const EXAMPLES: &'static [&'static str] = &["/v1"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        path_parse::prefix(text).map(Self)
    }
}

gateway_core::text_value!(PathPrefix);

impl fmt::Display for ExactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PathPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
