//! How a drain ended.

/// How a drain ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every connection came to its end by itself.
    Whole,
    /// Time was up: this many connections were cut, some of them perhaps in the middle of a response.
    Cut(usize),
}

impl Drained {
    /// The drain left this many connections open.
    pub(super) fn leaving(connections: usize) -> Self {
        match connections {
            0 => Self::Whole,
            connections => Self::Cut(connections),
        }
    }

    /// Logs it.
    pub(crate) fn log(self) {
        match self {
            Self::Whole => tracing::info!("drained: every connection has ended"),
            Self::Cut(connections) => tracing::warn!(
                connections,
                "drain timeout: the connections that were still open are cut"
            ),
        }
    }
}
