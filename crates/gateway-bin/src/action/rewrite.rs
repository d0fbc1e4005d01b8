//! How path and host of a request change on the way to the upstream.

use gateway_core::facts::PathParameters;
use gateway_core::rejection::Rejection;
use http::uri::PathAndQuery;
use http::{HeaderValue, Uri};

use super::{TargetTemplate, target_path};
use crate::rejection;

/// How path and host of a request change on the way to the upstream.
#[derive(Clone, Debug, Default)]
pub struct Rewrite {
    /// How the path changes.
    pub path: PathRewrite,
    /// How the host changes.
    pub host: HostRewrite,
}

/// How the path of a request changes.
#[derive(Clone, Debug, Default)]
pub enum PathRewrite {
    /// Stays as it came.
    #[default]
    Keep,
    /// Loses these leading segments; a path outside them stays.
    StripPrefix(Box<str>),
    /// Becomes this template, filled with what the route's pattern caught.
    Template(TargetTemplate),
}

/// Which `Host` the upstream sees.
#[derive(Clone, Debug, Default)]
pub enum HostRewrite {
    /// The one the client sent.
    #[default]
    Preserve,
    /// The endpoint's own host and port.
    Upstream,
    /// This one.
    Fixed(HeaderValue),
}

impl PathRewrite {
    /// The rewritten form of `uri`; `None` when it stays.
    ///
    /// # Errors
    /// A refusal when the outcome has no canonical form or a parameter in it has dot segments.
    pub fn apply(&self, uri: &Uri, parameters: &PathParameters) -> Result<Option<Uri>, Rejection> {
        let mut path = match self {
            Self::Keep => return Ok(None),
            Self::StripPrefix(prefix) => match strip(uri.path(), prefix) {
                None => return Ok(None),
                Some(rest) => rest.to_owned(),
            },
            Self::Template(template) => {
                let mut path = String::new();
                template.fill(parameters, &mut path);
                path
            }
        };
        if let Some(canonical) = target_path::canonical(&path)? {
            path = canonical;
        }
        with_query(path, uri.query()).map(Some)
    }
}

/// `path` without its leading `prefix`, which must end at a segment; `None` when it does not begin with it.
fn strip<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(prefix.trim_end_matches('/'))?;
    match rest.as_bytes().first() {
        None => Some("/"),
        Some(b'/') => Some(rest),
        Some(_) => None,
    }
}

fn with_query(mut path: String, query: Option<&str>) -> Result<Uri, Rejection> {
    if let Some(query) = query {
        path.push('?');
        path.push_str(query);
    }
    PathAndQuery::try_from(path)
        .map(Uri::from)
        .map_err(|error| rejection::rewrite_impossible().caused_by(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(
        rewrite: &PathRewrite,
        uri: &str,
        parameters: &[(&'static str, &str)],
    ) -> Option<String> {
        let parameters = parameters.iter().copied().collect();
        let rewritten = rewrite.apply(&uri.parse().unwrap(), &parameters).unwrap();
        rewritten.map(|uri| uri.to_string())
    }

    #[test]
    fn a_prefix_is_stripped_by_segment() {
        let rewrite = PathRewrite::StripPrefix("/v1".into());
        for (uri, outcome) in [
            ("/v1/orders?a=b", Some("/orders?a=b")),
            ("/v1", Some("/")),
            ("/v1/", Some("/")),
            ("/v10/orders", None),
            ("/orders", None),
        ] {
            assert_eq!(rewritten(&rewrite, uri, &[]).as_deref(), outcome, "{uri}");
        }
    }

    #[test]
    fn a_template_is_filled_and_stays_in_its_place() {
        let template = TargetTemplate::parse("/internal/{rest}", Some(&["rest"])).unwrap();
        let rewrite = PathRewrite::Template(template);
        let outcome = rewritten(&rewrite, "/x?q=1", &[("rest", "a/b")]);
        assert_eq!(outcome.as_deref(), Some("/internal/a/b?q=1"));
        for rest in ["../../etc", "..", ".", "a/../b", "a/.."] {
            let parameters = [("rest", rest)].into_iter().collect();
            let outcome = rewrite.apply(&"/x".parse().unwrap(), &parameters);
            assert!(outcome.is_err(), "{rest}");
        }
    }

    #[test]
    fn a_place_behind_a_parameter_is_kept_too() {
        let template = "/tenants/{id}/public/{rest}";
        let template = TargetTemplate::parse(template, Some(&["id", "rest"])).unwrap();
        let rewrite = PathRewrite::Template(template);
        let parameters = [("id", "7"), ("rest", "..")].into_iter().collect();
        assert!(rewrite.apply(&"/x".parse().unwrap(), &parameters).is_err());
        let outcome = rewritten(&rewrite, "/x", &[("id", "7"), ("rest", "..a/b")]);
        assert_eq!(outcome.as_deref(), Some("/tenants/7/public/..a/b"));
    }

    #[test]
    fn a_parameter_that_took_no_part_leaves_no_segment() {
        let template = TargetTemplate::parse("/{lang}/{rest}", Some(&["lang", "rest"])).unwrap();
        let rewrite = PathRewrite::Template(template);
        let outcome = rewritten(&rewrite, "/x?q", &[("rest", "a")]);
        assert_eq!(outcome.as_deref(), Some("/a?q"));
    }
}
