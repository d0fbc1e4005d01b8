//! The stable name of a refusal.

/// The stable name of a refusal, such as `rate-limit/exceeded`: area, slash, reason, all kebab-case.
/// Clients and dashboards may rely on it; the text beside it may change.
///
/// ```
/// use gateway_core::rejection::Code;
///
/// const EXCEEDED: Code = Code::new("rate-limit/exceeded");
/// assert_eq!(EXCEEDED.area(), "rate-limit");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// A code; used in a `const`, a malformed one does not compile.
    ///
    /// # Panics
    /// When `code` is not two kebab-case words joined by one slash.
    pub const fn new(code: &'static str) -> Self {
        let bytes = code.as_bytes();
        let mut slashes = 0;
        let mut i = 0;
        while i < bytes.len() {
            match bytes[i] {
                b'/' => {
                    assert!(
                        i > 0 && i + 1 < bytes.len(),
                        "a code has an area and a reason"
                    );
                    slashes += 1;
                }
                b'a'..=b'z' | b'0'..=b'9' | b'-' => {}
                _ => panic!("a code is lower-case kebab-case"),
            }
            i += 1;
        }
        assert!(slashes == 1, "a code has exactly one slash");
        Self(code)
    }

    /// The whole code.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The part before the slash: which concern refused.
    pub fn area(self) -> &'static str {
        self.0.split_once('/').map_or(self.0, |(area, _)| area)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn malformed_codes_panic() {
        for bad in ["auth", "/x", "auth/", "a/b/c", "Auth/x", "auth/x y"] {
            assert!(
                std::panic::catch_unwind(|| Code::new(bad)).is_err(),
                "{bad}"
            );
        }
    }
}
