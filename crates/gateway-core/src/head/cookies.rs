//! Reading cookies, and making one `Cookie` field out of many.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// Joins all `Cookie` fields into one with `; `: HTTP/2 lets a client split them (RFC 9113, section 8.2.3),
/// HTTP/1 wants one (RFC 6265, section 5.4).
pub fn join(headers: &mut HeaderMap) {
    let mut crumbs = headers.get_all(COOKIE).iter();
    if crumbs.next().and(crumbs.next()).is_none() {
        return;
    }
    let mut joined = Vec::new();
    let mut is_sensitive = false;
    for crumb in headers
        .get_all(COOKIE)
        .iter()
        .filter(|crumb| !crumb.is_empty())
    {
        if !joined.is_empty() {
            joined.extend_from_slice(b"; ");
        }
        joined.extend_from_slice(crumb.as_bytes());
        is_sensitive |= crumb.is_sensitive();
    }
    // Bytes of valid values with `; ` between them are a valid value.
    if let Ok(mut cookie) = HeaderValue::try_from(joined) {
        cookie.set_sensitive(is_sensitive);
        headers.insert(COOKIE, cookie);
    }
}

/// The names and values of all cookies, in the order of the request; pairs that are not text are left out.
pub fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|&b| b == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim()))
}

/// The value of the cookie `name`; the first one, where there are several.
///
/// ```
/// use gateway_core::head::cookies;
/// use http::{HeaderMap, HeaderValue};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("cookie", HeaderValue::from_static("theme=dark; session=42"));
/// assert_eq!(cookies::find(&headers, "session"), Some("42"));
/// assert_eq!(cookies::find(&headers, "missing"), None);
/// ```
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    pairs(headers).find_map(|(n, value)| (n == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crumbs_become_one_field_in_their_order() {
        let mut headers = HeaderMap::new();
        join(&mut headers);
        assert!(headers.is_empty());
        for crumb in ["a=1", "", "b=2; c=3", "d=\u{e9}"] {
            headers.append(COOKIE, HeaderValue::from_bytes(crumb.as_bytes()).unwrap());
        }
        join(&mut headers);
        assert_eq!(headers.len(), 1);
        assert_eq!(
            headers[COOKIE].as_bytes(),
            "a=1; b=2; c=3; d=\u{e9}".as_bytes()
        );
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("aa=0; a=1=2 ;b; c="));
        headers.append(COOKIE, HeaderValue::from_static("a=3;d=4"));
        assert_eq!(find(&headers, "a"), Some("1=2"));
        assert_eq!(find(&headers, "b"), None);
        assert_eq!(find(&headers, "c"), Some(""));
        assert_eq!(find(&headers, "d"), Some("4"));
        assert_eq!(pairs(&headers).count(), 5);
    }
}
