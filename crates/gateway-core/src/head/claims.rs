//! Fields that say who the client is.

use http::HeaderName;

/// Whether only a trusted proxy may say this: `X-Forwarded-*`, `Forwarded` and `X-Real-IP`. A `_` counts as the
/// `-` that some back ends take it for.
pub(super) fn is_claim(name: &HeaderName) -> bool {
    let name = name.as_str();
    if !matches!(name.as_bytes(), [b'f' | b'x', ..]) {
        return false;
    }
    name == "x-real-ip"
        || name.starts_with(PREFIX)
        || is_alike(name, "forwarded")
        || is_alike(name, "x-real-ip")
        || name
            .split_at_checked(PREFIX.len())
            .is_some_and(|(start, _)| is_alike(start, PREFIX))
}

/// Whether it is a claim with `_` in its name. Proxies do not write it so: it comes from who is before them.
pub(super) fn is_disguised_claim(name: &HeaderName) -> bool {
    name.as_str().contains('_') && is_claim(name)
}

const PREFIX: &str = "x-forwarded-";

fn is_alike(name: &str, claim: &str) -> bool {
    let same = |(byte, claim): (u8, u8)| byte == claim || (byte == b'_' && claim == b'-');
    name.len() == claim.len() && name.bytes().zip(claim.bytes()).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_known_in_any_spelling() {
        for name in [
            "forwarded",
            "x-real-ip",
            "x_real-ip",
            "x-forwarded-for",
            "X_Forwarded_For",
            "x-forwarded_client-cert",
        ] {
            assert!(is_claim(&name.parse().unwrap()), "{name}");
        }
        for name in ["x-forwarded", "x-real-ips", "forwarded-for", "x", "host"] {
            assert!(!is_claim(&name.parse().unwrap()), "{name}");
        }
    }
}
