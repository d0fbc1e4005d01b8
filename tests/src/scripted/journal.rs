//! What the upstream has done, in a file that outlives it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It was done, and answered.
    Served,
    /// It was answered with 503, and not done.
    Unavailable,
    /// It was done, and the answer was cut off.
    Cut,
    /// Its connection was reset; also a connection that was, before any request.
    Refused,
    /// It was a health check.
    Checked,
}

impl Deed {
    const ALL: [(Self, &str); 5] = [
        (Self::Served, "served"),
        (Self::Unavailable, "unavailable"),
        (Self::Cut, "cut"),
        (Self::Refused, "refused"),
        (Self::Checked, "checked"),
    ];
}

/// A line of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, since 1970 by the clock of the machine.
    pub at: Duration,
    /// What.
    pub deed: Deed,
    /// The number of what must not be done twice, where the request had one.
    pub nonce: Option<u64>,
}

impl Entry {
    /// Whether what has this number was done here and now.
    pub fn executes(&self) -> Option<u64> {
        let is_done = matches!(self.deed, Deed::Served | Deed::Cut);
        self.nonce.filter(|_| is_done)
    }

    /// Whether it was work that clients had caused.
    pub fn is_load(&self) -> bool {
        self.deed != Deed::Checked
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let at = Duration::from_micros(words.next()?.parse().ok()?);
        let name = words.next()?;
        let (deed, _) = Deed::ALL.iter().find(|(_, known)| *known == name)?;
        let nonce = match words.next() {
            Some(word) => Some(word.parse().ok()?),
            None => None,
        };
        Some(Self {
            at,
            deed: *deed,
            nonce,
        })
    }
}

/// The file. Each entry is written at once, so that whoever is killed has told what it has done.
#[derive(Debug)]
pub struct Journal(File);

impl Journal {
    /// Goes on with the journal at `path`, or begins it.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self(file))
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(&self, deed: Deed, nonce: Option<u64>) -> io::Result<()> {
        let name = Deed::ALL.iter().find(|(known, _)| *known == deed);
        let name = name.map_or("", |(_, name)| name);
        let micros = now().as_micros();
        let line = match nonce {
            Some(nonce) => format!("{micros} {name} {nonce}\n"),
            None => format!("{micros} {name}\n"),
        };
        // One write: lines of one who is killed are whole.
        (&self.0).write_all(line.as_bytes())
    }

    /// All entries of the journal at `path`, in order.
    ///
    /// # Errors
    /// When it cannot be read, `InvalidData` when a line is not an entry.
    pub fn read(path: &Path) -> io::Result<Vec<Entry>> {
        let text = std::fs::read_to_string(path)?;
        let entry = |line: &str| {
            let wrong = || io::Error::new(io::ErrorKind::InvalidData, line.to_owned());
            Entry::parse(line).ok_or_else(wrong)
        };
        text.lines().map(entry).collect()
    }
}

/// The time of an [`Entry`].
pub(super) fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_read_and_goes_on() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        for _ in 0..2 {
            let journal = Journal::open(&path).unwrap();
            journal.note(Deed::Served, Some(7)).unwrap();
            journal.note(Deed::Unavailable, Some(8)).unwrap();
            journal.note(Deed::Checked, None).unwrap();
        }
        let entries = Journal::read(&path).unwrap();
        let executed: Vec<_> = entries.iter().map(Entry::executes).collect();
        assert_eq!(executed, [Some(7), None, None, Some(7), None, None]);
        assert_eq!(entries.iter().filter(|entry| entry.is_load()).count(), 4);
        assert!(entries[0].at <= entries[5].at && entries[5].at <= now());
    }

    #[test]
    fn a_line_that_is_no_entry_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for line in ["x served\n", "1 sold\n", "1 served y\n"] {
            std::fs::write(file.path(), line).unwrap();
            let error = Journal::read(file.path()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{line}");
        }
    }
}
