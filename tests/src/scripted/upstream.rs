//! What all connections of the process share.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use super::{Deed, Journal, Mood};

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) is_check: bool,
    pub(super) nonce: Option<u64>,
}

/// How a request is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Treatment {
    pub(super) deed: Deed,
    /// Whether the connection closes after the answer.
    pub(super) closes: bool,
}

/// The mood, and what is noted.
#[derive(Debug)]
pub(super) struct Upstream {
    mood: Mutex<Mood>,
    delay: Duration,
    journal: Option<Journal>,
}

impl Upstream {
    pub(super) fn new(delay: Duration, journal: Option<Journal>) -> Self {
        Self {
            mood: Mutex::default(),
            delay,
            journal,
        }
    }

    pub(super) fn mood(&self) -> Mood {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// Does what a request asks for, or not, and notes it.
    pub(super) async fn treat(&self, asked: Asked) -> io::Result<Treatment> {
        if !self.delay.is_zero() && !asked.is_check {
            sleep(self.delay).await;
        }
        let mood = self.mood();
        let deed = mood.deed(asked.is_check);
        let noted = if asked.is_check { Deed::Checked } else { deed };
        self.note(noted, asked.nonce)?;
        Ok(Treatment {
            deed,
            closes: mood == Mood::Closing,
        })
    }

    /// Whether a new connection is served; one that is not is noted.
    pub(super) fn welcomes(&self) -> io::Result<bool> {
        if self.mood() != Mood::Refusing {
            return Ok(true);
        }
        self.note(Deed::Refused, None)?;
        Ok(false)
    }

    fn note(&self, deed: Deed, nonce: Option<u64>) -> io::Result<()> {
        let journal = self.journal.as_ref();
        journal.map_or(Ok(()), |journal| journal.note(deed, nonce))
    }
}
