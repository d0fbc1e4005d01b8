//! Removing fields by their names, above all those that back ends confuse with others.

use http::{HeaderMap, HeaderName};

/// Drops all fields with `_` in their name and counts their lines. Back ends that turn `X-User` into a
/// variable `X_USER` (CGI and its heirs) take `X_User` for the same field, so that a client could send past
/// us what we remove.
pub fn drop_underscored(headers: &mut HeaderMap) -> usize {
    let before = headers.len();
    remove_where(headers, |name| name.as_str().as_bytes().contains(&b'_'));
    before - headers.len()
}

/// Removes all fields whose names `is_unwanted` picks; without an allocation where that is at most one name.
pub(super) fn remove_where(headers: &mut HeaderMap, is_unwanted: impl Fn(&HeaderName) -> bool) {
    let unwanted = |name: &&HeaderName| is_unwanted(name);
    let Some(first) = headers.keys().find(unwanted).cloned() else {
        return;
    };
    headers.remove(first);
    let others: Vec<HeaderName> = headers.keys().filter(unwanted).cloned().collect();
    for name in others {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn every_line_is_dropped_and_counted() {
        let mut headers = HeaderMap::new();
        for name in ["x_user", "x_user", "_", "x-user"] {
            headers.append(name, HeaderValue::from_static("v"));
        }
        assert_eq!(drop_underscored(&mut headers), 3);
        assert_eq!(headers.len(), 1);
        assert!(headers.contains_key("x-user"));
        assert_eq!(drop_underscored(&mut headers), 0);
    }
}
