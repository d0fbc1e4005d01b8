//! Signals that ask the process to stop.

use tokio::signal::unix::{SignalKind, signal};

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

/// Waits for SIGTERM or SIGINT. Where the process cannot listen for signals it waits forever, and they end
/// it as they end any process.
pub(crate) async fn asked_to_stop() -> Shutdown {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => Shutdown::Gentle,
        _ = interrupt.recv() => Shutdown::Prompt,
    }
}
