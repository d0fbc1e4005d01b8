//! Which endings of a try ask for another one.

use gateway_core::facts::FailureKind;

use super::reason::Reason;
use crate::config::RetryOn;
use crate::outcome::Ending;

/// Which endings of a try ask for another one. To ask costs a look at a few bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Conditions {
    connect_failure: bool,
    reset: bool,
    timeout: bool,
    /// One bit for each status up to 639.
    statuses: [u64; 10],
    /// One bit for each status of gRPC.
    grpc_statuses: u32,
}

impl Conditions {
    /// Any of these.
    pub(super) fn new(any_of: &[RetryOn]) -> Self {
        let mut conditions = Self::default();
        for on in any_of {
            match on {
                RetryOn::ConnectFailure => conditions.connect_failure = true,
                RetryOn::Reset => conditions.reset = true,
                RetryOn::Timeout => conditions.timeout = true,
                RetryOn::Statuses { first, last } => {
                    for status in *first..=*last {
                        if let Some(bits) = conditions.statuses.get_mut(usize::from(status / 64)) {
                            *bits |= 1 << (status % 64);
                        }
                    }
                }
                RetryOn::Grpc(status) => conditions.grpc_statuses |= 1 << status.code(),
            }
        }
        conditions
    }

    /// Whether the status of gRPC matters.
    pub(super) fn looks_at_grpc(&self) -> bool {
        self.grpc_statuses != 0
    }

    /// Why `ending` asks for another try, if it does.
    pub(super) fn reason(&self, ending: Ending) -> Option<Reason> {
        match ending {
            Ending::Response {
                status,
                grpc_status,
            } => {
                let bits = self.statuses.get(usize::from(status.as_u16() / 64))?;
                if bits >> (status.as_u16() % 64) & 1 == 1 {
                    return Some(Reason::Status);
                }
                let bit = 1_u32.checked_shl(grpc_status?.into())?;
                (self.grpc_statuses & bit != 0).then_some(Reason::GrpcStatus)
            }
            Ending::Failed(kind) => match kind {
                FailureKind::Connect | FailureKind::ConnectTimeout => {
                    self.connect_failure.then_some(Reason::ConnectFailure)
                }
                FailureKind::Reset => self.reset.then_some(Reason::Reset),
                FailureKind::Timeout => self.timeout.then_some(Reason::Timeout),
                FailureKind::Overloaded
                | FailureKind::Unsupported
                | FailureKind::Malformed
                | FailureKind::RequestBody => None,
            },
            Ending::Cancelled => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn conditions(names: &[&str]) -> Conditions {
        let names: Vec<RetryOn> = names.iter().map(|name| name.parse().unwrap()).collect();
        Conditions::new(&names)
    }

    fn response(status: u16, grpc_status: Option<u16>) -> Ending {
        Ending::Response {
            status: StatusCode::from_u16(status).unwrap(),
            grpc_status,
        }
    }

    #[test]
    fn a_status_alone_or_in_a_range() {
        let conditions = conditions(&["503", "500-501"]);
        for (status, reason) in [
            (200, None),
            (499, None),
            (500, Some(Reason::Status)),
            (501, Some(Reason::Status)),
            (502, None),
            (503, Some(Reason::Status)),
            (999, None),
        ] {
            assert_eq!(
                conditions.reason(response(status, None)),
                reason,
                "{status}"
            );
        }
    }

    #[test]
    fn a_status_of_grpc() {
        let conditions = conditions(&["unavailable", "cancelled"]);
        for (status, reason) in [
            (None, None),
            (Some(0), None),
            (Some(1), Some(Reason::GrpcStatus)),
            (Some(13), None),
            (Some(14), Some(Reason::GrpcStatus)),
            (Some(14 + 32), None),
            (Some(u16::MAX), None),
        ] {
            assert_eq!(
                conditions.reason(response(200, status)),
                reason,
                "{status:?}"
            );
        }
    }

    #[test]
    fn failures_ask_where_they_are_named() {
        use FailureKind::{Connect, ConnectTimeout, Malformed, Overloaded, Reset as R, Timeout};
        for (names, asking) in [
            (&["connect-failure"][..], &[Connect, ConnectTimeout][..]),
            (&["reset"], &[R]),
            (&["timeout"], &[Timeout]),
            (&["503"], &[]),
        ] {
            for kind in [Connect, ConnectTimeout, R, Timeout, Malformed, Overloaded] {
                let reason = conditions(names).reason(Ending::Failed(kind));
                assert_eq!(
                    reason.is_some(),
                    asking.contains(&kind),
                    "{names:?} {kind:?}"
                );
            }
        }
    }
}
