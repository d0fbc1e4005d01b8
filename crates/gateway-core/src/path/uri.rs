//! Making the path of a URI canonical.

use http::Uri;
use http::uri::PathAndQuery;

use super::{CanonicalPath, EncodedSlash, PathError};

/// `uri` with its path made canonical and everything else, the query in particular, as it was; `None`
/// where the path is canonical already.
///
/// The target `*` and the authority form of CONNECT have no path and are left alone.
///
/// ```
/// use gateway_core::path::{EncodedSlash, canonicalize_uri};
///
/// let uri = "/a/%7Ebob/../x?q=%7E".parse()?;
/// let canonical = canonicalize_uri(&uri, EncodedSlash::Refuse)?;
/// assert_eq!(canonical, Some("/a/x?q=%7E".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Why the path has no canonical form.
pub fn canonicalize_uri(uri: &Uri, slash: EncodedSlash) -> Result<Option<Uri>, PathError> {
    let Some(target) = uri.path_and_query() else {
        return Ok(None);
    };
    if target.as_str() == "*" {
        return Ok(None);
    }
    let path = CanonicalPath::parse(target.path(), slash)?;
    if !path.is_changed() {
        return Ok(None);
    }
    let mut text = path.into_string();
    if let Some(query) = target.query() {
        text.push('?');
        text.push_str(query);
    }
    // The only thing that can be wrong with it now is its length.
    let target = PathAndQuery::try_from(text).map_err(|_| PathError::TooLong)?;
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(target);
    Uri::from_parts(parts)
        .map(Some)
        .map_err(|_| PathError::TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonicalize(uri: &str) -> Result<Option<Uri>, PathError> {
        canonicalize_uri(&uri.parse().unwrap(), EncodedSlash::Refuse)
    }

    #[test]
    fn leaves_the_query_as_it_was() {
        let changed = canonicalize("/a//b?x=%2e%2e/..//&y=%zz").unwrap().unwrap();
        assert_eq!(changed, "/a/b?x=%2e%2e/..//&y=%zz");
        assert_eq!(canonicalize("/a/b?x=//"), Ok(None));
        assert_eq!(canonicalize("/a//b?").unwrap().unwrap(), "/a/b?");
    }

    #[test]
    fn leaves_scheme_and_authority_as_they_were() {
        let changed = canonicalize("http://h:80/a/./b").unwrap().unwrap();
        assert_eq!(changed, "http://h:80/a/b");
    }

    #[test]
    fn targets_without_a_path_are_left_alone() {
        assert_eq!(canonicalize("*"), Ok(None));
        assert_eq!(canonicalize("example.com:443"), Ok(None));
        assert_eq!(canonicalize("http://example.com"), Ok(None));
        assert_eq!(canonicalize("http://example.com?a=b"), Ok(None));
    }

    #[test]
    fn a_path_that_grows_beyond_a_uri_is_refused() {
        let long = format!("/{}", "|".repeat(30_000));
        assert_eq!(canonicalize(&long), Err(PathError::TooLong));
    }
}
