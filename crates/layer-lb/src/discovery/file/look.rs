//! Looking at a file.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

/// The largest file.
const LARGEST: u64 = 1024 * 1024;
/// Whoever writes a file does so within a moment: a new content is believed once it has stood for so long.
const SETTLING: Duration = Duration::from_millis(100);
/// So often a file may change while it is waited for; then what is there is taken.
const CHANGES: u32 = 20;

/// What was seen of a file. It is read whole each time: unlike its time and its size, its content tells for certain
/// whether it has changed, on every kind of file system and through links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Its content.
    Content(Vec<u8>),
    /// It could not be read.
    Unreadable(String),
}

impl Look {
    /// What the file at `path` holds, once it is another than `before` and stays so for a moment; `None` if it holds
    /// the same as `before`.
    pub(super) async fn change(path: &Arc<Path>, before: Option<&Self>) -> Option<Self> {
        let mut seen = Self::at(path).await;
        if before == Some(&seen) {
            return None;
        }
        // Half a file, or none for the moment between two renames, is not what anybody meant.
        if before.is_some() {
            for _ in 0..CHANGES {
                sleep(SETTLING).await;
                let next = Self::at(path).await;
                let is_settled = next == seen;
                seen = next;
                if is_settled {
                    break;
                }
            }
        }
        (before != Some(&seen)).then_some(seen)
    }

    async fn at(path: &Arc<Path>) -> Self {
        let path = Arc::clone(path);
        let read = tokio::task::spawn_blocking(move || read(&path)).await;
        match read.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(content) => Self::Content(content),
            Err(error) => Self::Unreadable(format!("cannot read the file: {error}")),
        }
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    // A pipe, or a device, would never end.
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut content = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(content)
}
