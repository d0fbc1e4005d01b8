//! Fields by their names, without hashing.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Whether `headers` have a field of this name. Heads have a handful of fields, most of which are found by comparing
/// one byte: to look at each costs less than to hash the name, above all where it is not there.
///
/// ```
/// use gateway_core::head::named;
/// use http::{HeaderMap, HeaderValue, header};
///
/// let mut headers = HeaderMap::new();
/// headers.insert("te", HeaderValue::from_static("trailers"));
/// assert!(named::has(&headers, &header::TE));
/// assert!(!named::has(&headers, &header::CONTENT_TYPE));
/// ```
#[inline]
pub fn has(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.keys().any(|key| key == name)
}

/// The first line of this name, as [`HeaderMap::get`], at the cost of [`has`] where there is none.
#[inline]
pub fn first<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    has(headers, name).then(|| headers.get(name))?
}

/// The one line of this name: `Ok(None)` where there is none, an error where there are several.
#[inline]
pub(super) fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a HeaderValue>, Repeated> {
    if !has(headers, name) {
        return Ok(None);
    }
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (line, None) => Ok(line),
        (_, Some(_)) => Err(Repeated),
    }
}

/// There is more than one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Repeated;

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_TYPE, HOST, TE};

    use super::*;

    #[test]
    fn one_line_is_told_from_none_and_several() {
        let mut headers = HeaderMap::new();
        for (name, value) in [(HOST, "a"), (TE, "b"), (HOST, "c")] {
            headers.append(name, HeaderValue::from_static(value));
        }
        assert_eq!(single(&headers, &HOST), Err(Repeated));
        assert_eq!(single(&headers, &TE).unwrap().unwrap(), "b");
        assert_eq!(single(&headers, &CONTENT_TYPE), Ok(None));
        assert_eq!(first(&headers, &HOST).unwrap(), "a");
    }
}
