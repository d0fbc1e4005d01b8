//! The one host of a request, from `Host`, `:authority` and an absolute target.

use http::header::HOST;
use http::request::Parts;
use http::uri::Scheme;
use http::{HeaderMap, Version};

use super::authority::HostAndPort;
use super::{Authority, HeadError, named};

/// The authority of the request; `None` only in HTTP/1.0, where a client need not name one.
pub(super) fn resolve(parts: &Parts) -> Result<Option<Authority>, HeadError> {
    let line = named::single(&parts.headers, &HOST).map_err(|_| HeadError::HostRepeated)?;
    let Some(target) = parts.uri.authority() else {
        return match line {
            Some(line) => Authority::parse(line).map(Some),
            None if parts.version < Version::HTTP_11 => Ok(None),
            None => Err(HeadError::HostMissing),
        };
    };
    let target = HostAndPort::parse(target.as_str())?;
    match line {
        Some(line) => {
            let authority = Authority::parse(line)?;
            if is_same(&authority, &target, parts.uri.scheme()) {
                Ok(Some(authority))
            } else {
                Err(HeadError::HostMismatch)
            }
        }
        // HTTP/2 replaces the field by `:authority`; HTTP/1.1 wants it beside an absolute target too.
        None if parts.version == Version::HTTP_11 => Err(HeadError::HostMissing),
        None => target.to_authority().map(Some),
    }
}

/// Puts the canonical authority into `Host`, unless that is what stands there.
pub(super) fn write(headers: &mut HeaderMap, authority: &Authority) {
    if named::first(headers, &HOST) != Some(authority.as_header_value()) {
        headers.insert(HOST, authority.as_header_value().clone());
    }
}

fn is_same(a: &Authority, b: &HostAndPort<'_>, scheme: Option<&Scheme>) -> bool {
    let default = if scheme == Some(&Scheme::HTTPS) {
        443
    } else {
        80
    };
    a.host() == b.host && a.port().unwrap_or(default) == b.port.unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn host(version: Version, target: &str, lines: &[&str]) -> Result<Option<String>, HeadError> {
        let mut request = Request::builder().version(version).uri(target);
        for line in lines {
            request = request.header(HOST, *line);
        }
        let parts = request.body(()).unwrap().into_parts().0;
        resolve(&parts).map(|found| found.map(|authority| authority.host().to_owned()))
    }

    fn found(host: &str) -> Result<Option<String>, HeadError> {
        Ok(Some(host.to_owned()))
    }

    #[test]
    fn http_1_needs_exactly_one_host() {
        use Version as V;
        assert_eq!(host(V::HTTP_11, "/", &["A.b"]), found("a.b"));
        assert_eq!(host(V::HTTP_11, "/", &[]), Err(HeadError::HostMissing));
        assert_eq!(host(V::HTTP_11, "/", &[""]), Err(HeadError::HostInvalid));
        let two = Err(HeadError::HostRepeated);
        assert_eq!(host(V::HTTP_11, "/", &["a", "b"]), two);
        assert_eq!(host(V::HTTP_11, "/", &["a", "a"]), two);
        assert_eq!(host(V::HTTP_10, "/", &[]), Ok(None));
        assert_eq!(host(V::HTTP_10, "/", &["a"]), found("a"));
        assert_eq!(host(V::HTTP_10, "/", &["a", "b"]), two);
    }

    #[test]
    fn an_absolute_target_names_the_same_host() {
        let v = Version::HTTP_11;
        assert_eq!(host(v, "http://A.b/", &["a.B."]), found("a.b"));
        assert_eq!(host(v, "http://a:80/", &["a"]), found("a"));
        assert_eq!(host(v, "https://a/", &["a:443"]), found("a"));
        let mismatch = Err(HeadError::HostMismatch);
        assert_eq!(host(v, "http://a/", &["b"]), mismatch);
        assert_eq!(host(v, "http://a:81/", &["a"]), mismatch);
        assert_eq!(host(v, "http://a/", &["a:443"]), mismatch);
        assert_eq!(host(v, "http://a/", &[]), Err(HeadError::HostMissing));
        let invalid = Err(HeadError::HostInvalid);
        assert_eq!(host(v, "http://u@a/", &["a"]), invalid);
    }

    #[test]
    fn http_2_names_it_by_authority_or_host() {
        let v = Version::HTTP_2;
        assert_eq!(host(v, "https://A.b:1/", &[]), found("a.b"));
        assert_eq!(host(v, "https://a/", &["a"]), found("a"));
        assert_eq!(host(v, "/", &["a"]), found("a"));
        assert_eq!(host(v, "/", &[]), Err(HeadError::HostMissing));
        let mismatch = Err(HeadError::HostMismatch);
        assert_eq!(host(v, "https://a/", &["b"]), mismatch);
        let invalid = Err(HeadError::HostInvalid);
        assert_eq!(host(v, "https://u:p@a/", &[]), invalid);
    }
}
