//! Signals that ask the process to stop.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// How urgently somebody wants the process to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shutdown {
    /// SIGTERM, from a supervisor: load balancers get time to notice.
    Gentle,
    /// SIGINT, from a terminal: somebody waits.
    Prompt,
}

impl Shutdown {
    /// The signal that asked for it.
    pub(super) fn signal(self) -> &'static str {
        match self {
            Self::Gentle => "SIGTERM",
            Self::Prompt => "SIGINT",
        }
    }
}

/// Hears the signals that ask the process to stop, none lost between one wait and the next.
#[derive(Debug)]
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    /// Listens from now on. Needs a tokio runtime.
    ///
    /// # Errors
    /// When the process cannot listen for signals.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) -> Shutdown {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return Shutdown::Gentle,
                _ = self.interrupt.recv() => return Shutdown::Prompt,
                // Sent to reload, and by a terminal that goes away: neither is a wish to stop.
                _ = self.hangup.recv() => {
                    tracing::warn!("SIGHUP ignored: the file is read again when the process starts again");
                }
            }
        }
    }
}
