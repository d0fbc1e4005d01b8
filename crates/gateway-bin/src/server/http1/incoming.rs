//! What of a request's body has come, and who reads it.

use std::fmt;

use bytes::BytesMut;
use gateway_core::http1::{BodyDecoder, BodyFault, BodyLength, Decoded};
use tokio::time::Instant;

use crate::server::BodyPace;
use crate::server::body_pace::Waited;

/// How much of a body that nobody wants is read so that the connection can be used again.
pub(super) const MOST_SKIPPED: u64 = 64 * 1024;

/// The body of the request under way, as it comes.
#[derive(Debug)]
pub(super) struct Incoming {
    decoder: BodyDecoder,
    pub(super) state: State,
    pub(super) consent: Consent,
    pub(super) waited: Waited,
    skipped: u64,
    /// What came was no body.
    pub(super) is_malformed: bool,
}

/// Who reads a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The stack does.
    Read,
    /// Nobody any more, so it is skipped.
    Abandoned,
    /// It has come to its end. Where there is no body, that is so from the beginning.
    Complete,
    /// It will not come to an end: where the next request would begin is unknown.
    Lost,
}

/// Whether the client was told to send the body it asked about by `Expect: 100-continue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// It was, or did not ask.
    Given,
    /// It waits, and nobody has asked for the body.
    Awaited,
    /// It waits, and so does the reader of the body.
    Due,
}

/// Why a body breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// What came is no body.
    Malformed(BodyFault),
    /// The connection ended before the body.
    Cut,
    /// The request was given up.
    Over,
}

impl Incoming {
    /// A body of `length`.
    pub(super) fn new(length: BodyLength, expects_continue: bool) -> Self {
        let decoder = BodyDecoder::new(length);
        let state = if decoder.is_ended() {
            State::Complete
        } else {
            State::Read
        };
        let consent = if expects_continue && state == State::Read {
            Consent::Awaited
        } else {
            Consent::Given
        };
        Self {
            decoder,
            state,
            consent,
            waited: Waited::default(),
            skipped: 0,
            is_malformed: false,
        }
    }

    /// No body.
    pub(super) fn none() -> Self {
        Self::new(BodyLength::Empty, false)
    }

    /// Takes what comes next off `input`.
    pub(super) fn decode(&mut self, input: &mut BytesMut) -> Result<Decoded, BodyError> {
        let decoded = self.decoder.decode(input).map_err(|fault| {
            self.state = State::Lost;
            self.is_malformed = true;
            BodyError::Malformed(fault)
        })?;
        if self.decoder.is_ended() {
            self.state = State::Complete;
        }
        Ok(decoded)
    }

    /// The client sends no more.
    pub(super) fn cut(&mut self) -> BodyError {
        self.state = State::Lost;
        BodyError::Cut
    }

    /// Skips what there is of an abandoned body.
    pub(super) fn skip(&mut self, input: &mut BytesMut) {
        while self.state == State::Abandoned {
            match self.decode(input) {
                Ok(Decoded::Data(data)) => self.skipped += data.len() as u64,
                Ok(Decoded::Incomplete) => break,
                Ok(Decoded::Trailers(_) | Decoded::End) | Err(_) => {}
            }
            if self.state == State::Abandoned && self.skipped > MOST_SKIPPED {
                self.state = State::Lost;
            }
        }
    }

    /// Nobody reads it any more.
    pub(super) fn abandon(&mut self) {
        if self.state == State::Read {
            self.state = State::Abandoned;
        }
    }

    /// Whether it is clear already that no request can follow on the connection.
    pub(super) fn precludes_another(&self) -> bool {
        match self.state {
            State::Complete | State::Read => false,
            State::Lost => true,
            // A client that was not told to send the body may do so or not, which nobody can tell apart.
            State::Abandoned if self.consent != Consent::Given => true,
            State::Abandoned => {
                let left = self.decoder.remaining().unwrap_or(0);
                self.skipped.saturating_add(left) > MOST_SKIPPED
            }
        }
    }

    /// When its reader will have waited for the client for too long, if it waits for it at all.
    pub(super) fn deadline(&self, pace: BodyPace) -> Option<Instant> {
        match self.state {
            State::Read => self.waited.deadline(pace, 0),
            State::Abandoned | State::Complete | State::Lost => None,
        }
    }

    /// How many bytes are to come, where that is known.
    pub(super) fn remaining(&self) -> Option<u64> {
        self.decoder.remaining()
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(fault) => fault.fmt(f),
            Self::Cut => f.write_str("the client's connection ended within the body"),
            Self::Over => f.write_str("the request was given up"),
        }
    }
}

impl std::error::Error for BodyError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(length: BodyLength, input: &str) -> (State, usize, bool) {
        let mut body = Incoming::new(length, false);
        body.abandon();
        let mut input = BytesMut::from(input);
        body.skip(&mut input);
        (body.state, input.len(), body.precludes_another())
    }

    #[test]
    fn what_nobody_reads_is_skipped_to_its_end_and_not_beyond() {
        use BodyLength::{Chunked, Length};
        for (length, input, expected) in [
            (Length(5), "helloGET", (State::Complete, 3, false)),
            (Length(5), "hel", (State::Abandoned, 0, false)),
            (
                Chunked,
                "1\r\nx\r\n0\r\nA: b\r\n\r\nGET",
                (State::Complete, 3, false),
            ),
            (Chunked, "nonsense\r\n", (State::Lost, 10, true)),
            (Length(MOST_SKIPPED), "", (State::Abandoned, 0, false)),
            (Length(MOST_SKIPPED + 1), "", (State::Abandoned, 0, true)),
        ] {
            let found = skipped(length, input);
            let comparable = (found.0, expected.1, found.2);
            assert_eq!(comparable, expected, "{input:?}");
            if found.0 != State::Lost {
                assert_eq!(found.1, expected.1, "{input:?}");
            }
        }
    }

    #[test]
    fn there_is_a_limit_to_skipping() {
        let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
        let (state, _, precludes) = skipped(BodyLength::Chunked, &chunk.repeat(5));
        assert_eq!((state, precludes), (State::Lost, true));
    }

    #[test]
    fn a_client_that_was_not_told_to_continue_is_not_read_on() {
        let mut body = Incoming::new(BodyLength::Length(5), true);
        assert!(!body.precludes_another());
        body.abandon();
        assert!(body.precludes_another());
        let none = Incoming::new(BodyLength::Length(0), true);
        assert_eq!(none.consent, Consent::Given);
    }
}
