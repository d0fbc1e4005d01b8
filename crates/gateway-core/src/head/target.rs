//! The form of the request target (RFC 9112, section 3.2).

use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Method, Uri};

use super::HeadError;

/// Checks that the target has a form its method allows: origin or absolute form, `*` for OPTIONS, an
/// authority for CONNECT.
///
/// A fragment is not checked here: the parser of [`Uri`] drops it in silence.
pub(super) fn check(parts: &Parts) -> Result<(), HeadError> {
    let uri = &parts.uri;
    let fits = match uri.path_and_query() {
        _ if parts.method == Method::CONNECT => uri.authority().is_some(),
        None => false,
        Some(target) if target.as_str() == "*" => parts.method == Method::OPTIONS,
        Some(target) => uri.authority().is_some() || target.as_str().starts_with('/'),
    };
    if fits {
        Ok(())
    } else {
        Err(HeadError::TargetForm)
    }
}

/// Takes scheme and authority off an absolute target: what the client says of them is checked against
/// `Host` and otherwise not to be believed.
pub(super) fn reduce_to_origin_form(uri: &mut Uri) {
    if uri.authority().is_none() && uri.scheme().is_none() {
        return;
    }
    let Some(target) = uri.path_and_query().cloned() else {
        return;
    };
    *uri = Uri::from(with_slash(target));
}

/// `http://host?query` has an empty path, which means the root.
fn with_slash(target: PathAndQuery) -> PathAndQuery {
    if target.as_str().starts_with(['/', '*']) {
        return target;
    }
    PathAndQuery::try_from(format!("/{}", target.as_str())).unwrap_or(target)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn check_target(method: Method, target: &str) -> Result<(), HeadError> {
        let request = Request::builder().method(method).uri(target).body(());
        check(&request.unwrap().into_parts().0)
    }

    #[test]
    fn each_form_belongs_to_its_methods() {
        for (method, target) in [
            (Method::GET, "/a?b"),
            (Method::GET, "http://h/a"),
            (Method::GET, "http://h"),
            (Method::OPTIONS, "*"),
            (Method::OPTIONS, "/a"),
            (Method::CONNECT, "h:443"),
        ] {
            assert_eq!(check_target(method, target), Ok(()), "{target}");
        }
        for (method, target) in [
            (Method::GET, "*"),
            (Method::GET, "h:80"),
            (Method::GET, "relative"),
            (Method::CONNECT, "/a"),
        ] {
            let error = Err(HeadError::TargetForm);
            assert_eq!(check_target(method, target), error, "{target}");
        }
    }

    #[test]
    fn absolute_targets_lose_scheme_and_authority() {
        for (absolute, origin) in [
            ("http://h/a?b", "/a?b"),
            ("http://h", "/"),
            ("http://h?b", "/?b"),
            ("/a", "/a"),
            ("*", "*"),
        ] {
            let mut uri: Uri = absolute.parse().unwrap();
            reduce_to_origin_form(&mut uri);
            assert_eq!(uri.to_string(), origin);
            assert_eq!(uri.path_and_query().unwrap().as_str(), origin);
        }
    }
}
