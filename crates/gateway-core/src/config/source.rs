//! A configuration file: its name and its text.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{ConfigError, base_dir};

/// The largest file that is read: 64 MiB.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A configuration file's name and text. Clones share the text.
///
/// ```
/// use gateway_core::config::{Position, Source};
///
/// let source = Source::new("gateway.toml", "[admin]\nbind = 9900\n");
/// assert_eq!(source.position(15), Position { line: 2, column: 8 });
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    directory: Option<Arc<Path>>,
    line_starts: Arc<[usize]>,
}

/// A line and a column of a file, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Source {
    /// A text that was read elsewhere. Files that it names are looked up in the working directory.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            name: name.into(),
            text,
            directory: None,
            line_starts,
        }
    }

    /// Reads a file of at most 64 MiB. Files that it names are looked up beside it.
    ///
    /// # Errors
    /// Names the file and the reason why it cannot be read.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let refused = |why: String| ConfigError::new(format!("cannot read `{name}`: {why}"));
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(LARGEST + 1).read_to_string(&mut text))
            .map_err(|error| refused(error.to_string()))?;
        if text.len() as u64 > LARGEST {
            return Err(refused("it is larger than 64 MiB".into()));
        }
        Ok(Self {
            directory: path.parent().map(Arc::from),
            ..Self::new(name, text)
        })
    }

    /// The name under which errors show this file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The directory beside which the files that this one names are looked up.
    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    /// Runs `read`, in which relative paths of files (`{ file = "key.pem" }`) stand beside this file.
    pub fn scope<R>(&self, read: impl FnOnce() -> R) -> R {
        match &self.directory {
            Some(directory) => base_dir::with_base_dir(PathBuf::from(&**directory), read),
            None => read(),
        }
    }

    /// The line and column of a byte offset; past the end it is the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line_of(offset);
        let start = self.line_start(line);
        Position {
            line: line + 1,
            column: self.text[start..offset].chars().count() + 1,
        }
    }

    /// The index, from 0, of the line in which a byte offset lies.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset) - 1
    }

    /// Where the line with this index starts; past the last line it is the end of the text.
    pub(super) fn line_start(&self, line: usize) -> usize {
        self.line_starts
            .get(line)
            .copied()
            .unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_stay_inside() {
        let source = Source::new("x", "é = 1\nb = 2");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        assert_eq!(source.position(7), Position { line: 2, column: 1 });
        assert_eq!(source.position(99), Position { line: 2, column: 6 });
        assert_eq!(
            Source::new("x", "").position(0),
            Position { line: 1, column: 1 }
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Source::read(Path::new("/nowhere/at-all.toml")).unwrap_err();
        assert!(
            error
                .message()
                .starts_with("cannot read `/nowhere/at-all.toml`: ")
        );
    }
}
