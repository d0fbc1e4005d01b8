//! One of `retry.on`.

use std::fmt;

use gateway_core::config::{Diagnosis, Text};

use super::GrpcStatus;

/// What must happen for a request to be sent again.
///
/// ```
/// use layer_lb::RetryOn;
///
/// let on: RetryOn = "500-504".parse().unwrap();
/// assert_eq!(on, RetryOn::Statuses { first: 500, last: 504 });
/// assert_eq!("unavailable".parse::<RetryOn>().unwrap().to_string(), "unavailable");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryOn {
    /// No connection came about, or not in time. Envoy's `connect-failure`.
    ConnectFailure,
    /// The connection or stream ended before a response began, or the endpoint said that it has not processed the
    /// request. Envoy's `reset-before-request` and `refused-stream` among them.
    Reset,
    /// No response began in time.
    Timeout,
    /// The response has a status from the first to the last, both from 400 to 599.
    Statuses {
        /// The lowest.
        first: u16,
        /// The highest.
        last: u16,
    },
    /// The response consists of trailers alone, with this status of gRPC.
    Grpc(GrpcStatus),
}

impl Text for RetryOn {
    const NAME: &'static str = "RetryOn";
    const WANTED: &'static str = "what to try again on, such as \"reset\" or \"503\"";
    const DESCRIPTION: &'static str = "What must happen for a request to be sent again: \"connect-failure\", \"reset\", \
        \"timeout\", a status such as \"503\", statuses such as \"500-504\", or a status of gRPC such as \
        \"unavailable\".";
    const EXAMPLES: &'static [&'static str] = &[
        "connect-failure",
        "reset",
        "timeout",
        "503",
        "500-504",
        "unavailable",
        "resource-exhausted",
    ];
    const PATTERN: Option<&'static str> = Some("^([a-z-]+|[45][0-9]{2}(-[45][0-9]{2})?)$");

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        match text {
            "connect-failure" => return Ok(Self::ConnectFailure),
            "reset" => return Ok(Self::Reset),
            "timeout" => return Ok(Self::Timeout),
            _ => {}
        }
        if let Some(status) = GrpcStatus::named(text) {
            return Ok(Self::Grpc(status));
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let range = first.parse::<u16>().ok().zip(last.parse::<u16>().ok());
        let Some((first, last)) = range else {
            return Err(
                Diagnosis::new(format!("expected {}, found {text:?}", Self::WANTED)).help(
                    "write \"connect-failure\", \"reset\", \"timeout\", a status, or the name of a gRPC status \
                     such as \"unavailable\"",
                ),
            );
        };
        if let Some(wrong) = [first, last]
            .into_iter()
            .find(|status| !(400..=599).contains(status))
        {
            return Err(Diagnosis::new(format!(
                "{wrong} is no status of a failure: they go from 400 to 599"
            )));
        }
        if first > last {
            return Err(Diagnosis::new("these statuses end before they begin")
                .help(format!("write \"{last}-{first}\"")));
        }
        Ok(Self::Statuses { first, last })
    }
}

gateway_core::text_value!(RetryOn);

impl fmt::Display for RetryOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ConnectFailure => f.write_str("connect-failure"),
            Self::Reset => f.write_str("reset"),
            Self::Timeout => f.write_str("timeout"),
            Self::Statuses { first, last } if first == last => write!(f, "{first}"),
            Self::Statuses { first, last } => write!(f, "{first}-{last}"),
            Self::Grpc(status) => f.write_str(status.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in RetryOn::EXAMPLES {
            assert_eq!(RetryOn::from_text(text).unwrap().to_string(), *text);
        }
        assert_eq!(RetryOn::from_text("503-503").unwrap().to_string(), "503");
    }

    #[test]
    fn errors_say_what_to_write() {
        for (text, message) in [
            (
                "5xx",
                "expected what to try again on, such as \"reset\" or \"503\", found \"5xx\"",
            ),
            (
                "ok",
                "expected what to try again on, such as \"reset\" or \"503\", found \"ok\"",
            ),
            (
                "600",
                "600 is no status of a failure: they go from 400 to 599",
            ),
            (
                "399",
                "399 is no status of a failure: they go from 400 to 599",
            ),
            (
                "200-599",
                "200 is no status of a failure: they go from 400 to 599",
            ),
            ("504-500", "these statuses end before they begin"),
        ] {
            assert_eq!(RetryOn::from_text(text).unwrap_err().message(), message);
        }
    }
}
