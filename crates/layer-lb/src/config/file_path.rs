//! A file that is read while the gateway runs.

use std::fmt;
use std::path::{Path, PathBuf};

use gateway_core::config::{Diagnosis, Text, resolve_path};

/// The path of a file that is read while the gateway runs; a relative one stands beside the configuration file.
///
/// ```
/// use std::path::Path;
/// use gateway_core::config::with_base_dir;
/// use layer_lb::FilePath;
///
/// let path: FilePath = with_base_dir("/etc/gate".into(), || "endpoints.toml".parse()).unwrap();
/// assert_eq!(path.path(), Path::new("/etc/gate/endpoints.toml"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath(PathBuf);

impl FilePath {
    /// The path as it is opened.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Text for FilePath {
    const NAME: &'static str = "FilePath";
    const WANTED: &'static str = "the path of a file such as \"endpoints.toml\"";
    const DESCRIPTION: &'static str =
        "The path of a file; a relative one stands beside the configuration file.";
    const EXAMPLES: &'static [&'static str] = &["endpoints.toml", "/run/portcullis/orders.toml"];

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        if text.is_empty() || text.contains('\0') {
            return Err(Diagnosis::new("no file can have this name"));
        }
        Ok(Self(resolve_path(Path::new(text))))
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

gateway_core::text_value!(FilePath);
