//! A status of gRPC, by its name.

/// A status of gRPC that says that a call failed, by its name in lower case with hyphens.
///
/// ```
/// use layer_lb::GrpcStatus;
///
/// assert_eq!(GrpcStatus::named("unavailable").map(GrpcStatus::code), Some(14));
/// assert_eq!(GrpcStatus::named("ok"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrpcStatus(u16);

/// The names by their codes, from 1 on ("Status codes and their use in gRPC").
const NAMES: [&str; 16] = [
    "cancelled",
    "unknown",
    "invalid-argument",
    "deadline-exceeded",
    "not-found",
    "already-exists",
    "permission-denied",
    "resource-exhausted",
    "failed-precondition",
    "aborted",
    "out-of-range",
    "unimplemented",
    "internal",
    "unavailable",
    "data-loss",
    "unauthenticated",
];

impl GrpcStatus {
    /// The status with this name, where there is one.
    pub fn named(name: &str) -> Option<Self> {
        let codes = 1..;
        let (code, _) = codes.zip(NAMES).find(|(_, known)| *known == name)?;
        Some(Self(code))
    }

    /// Its number, from 1 to 16.
    pub fn code(self) -> u16 {
        self.0
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        let name = usize::from(self.0)
            .checked_sub(1)
            .and_then(|index| NAMES.get(index));
        name.copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_belong_together() {
        for (name, code) in [
            ("cancelled", 1),
            ("deadline-exceeded", 4),
            ("resource-exhausted", 8),
            ("unavailable", 14),
            ("unauthenticated", 16),
        ] {
            let status = GrpcStatus::named(name).unwrap();
            assert_eq!((status.code(), status.name()), (code, name));
        }
    }
}
