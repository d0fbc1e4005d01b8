//! Where a redirect leads.

use gateway_core::config::Diagnosis;
use gateway_core::facts::PathParameters;
use gateway_core::rejection::Rejection;
use http::HeaderValue;
use http::uri::Authority;

use super::{TargetTemplate, target_path};

/// A path such as `/new/{rest}?from=old` or a URL such as `https://example.com/{rest}`, in which `{name}` stands
/// for a parameter that the route's path pattern caught. No parameter can lead to another host.
#[derive(Clone, Debug)]
pub struct RedirectTarget {
    /// Scheme and authority, such as `https://example.com`; empty for a path.
    origin: Box<str>,
    path: TargetTemplate,
    query: Option<TargetTemplate>,
    fragment: Option<TargetTemplate>,
}

impl RedirectTarget {
    /// Reads `text`, in which only the names in `known` may be used; any, where they are not known.
    ///
    /// # Errors
    /// What is wrong with it, with its place: neither a path nor a URL, a parameter in the host, a path that is
    /// not canonical, an unknown name.
    pub fn parse(text: &str, known: Option<&[&str]>) -> Result<Self, Diagnosis> {
        if HeaderValue::from_str(text).is_err() {
            return Err(no_target());
        }
        // As a whole first: what is wrong with a brace is then said with its place in `text`.
        TargetTemplate::parse(text, known)?;
        let (rest, fragment) = split(text, '#');
        let (rest, query) = split(rest, '?');
        let (origin, path) = split_origin(rest)?;
        let part = |text: &str| TargetTemplate::parse(text, known);
        Ok(Self {
            origin: origin.into(),
            path: if path.is_empty() {
                part("/")?
            } else {
                TargetTemplate::parse_path(path, known)
                    .map_err(|diagnosis| diagnosis.within(origin.len(), path.len()))?
            },
            query: query.map(part).transpose()?,
            fragment: fragment.map(part).transpose()?,
        })
    }

    /// The value of `Location` for a request with `parameters` and `query`, which comes after the target's own.
    ///
    /// # Errors
    /// A refusal when the path has no canonical form or a parameter in it has dot segments.
    pub fn location(
        &self,
        parameters: &PathParameters,
        query: Option<&str>,
    ) -> Result<String, Rejection> {
        let mut location = self.origin.to_string();
        self.path.fill(parameters, &mut location);
        if let Some(path) = target_path::canonical(&location[self.origin.len()..])? {
            location.replace_range(self.origin.len().., &path);
        }
        if let Some(own) = &self.query {
            location.push('?');
            own.fill(parameters, &mut location);
        }
        if let Some(query) = query {
            location.push(if self.query.is_some() { '&' } else { '?' });
            location.push_str(query);
        }
        if let Some(fragment) = &self.fragment {
            location.push('#');
            fragment.fill(parameters, &mut location);
        }
        Ok(location)
    }
}

fn no_target() -> Diagnosis {
    Diagnosis::new("a redirect leads to a path or to a URL").help("write \"/…\" or \"https://…\"")
}

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Divides a target without query and fragment into its origin and its path.
fn split_origin(target: &str) -> Result<(&str, &str), Diagnosis> {
    if target.starts_with('/') {
        // Two slashes would begin a host.
        let is_path = !target.starts_with("//");
        return if is_path {
            Ok(("", target))
        } else {
            Err(no_target())
        };
    }
    let mut schemes = ["https://", "http://"].into_iter();
    let scheme = schemes.find(|scheme| target.starts_with(scheme));
    let start = scheme.ok_or_else(no_target)?.len();
    let end = target[start..]
        .find('/')
        .map_or(target.len(), |at| start + at);
    let (origin, path) = target.split_at(end);
    let authority = &origin[start..];
    if let Some(brace) = authority.find('{') {
        let length = authority[brace..].find('}').map_or(1, |at| at + 1);
        return Err(Diagnosis::new("the host of a redirect has no parameters")
            .help("write it out: whoever asks chooses what a parameter is")
            .within(start + brace, length));
    }
    if authority.parse::<Authority>().is_err() {
        return Err(no_target());
    }
    Ok((origin, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: Option<&[&str]> = Some(&["lang", "rest"]);

    fn location(
        to: &str,
        parameters: &[(&'static str, &str)],
        query: Option<&str>,
    ) -> Option<String> {
        let target = RedirectTarget::parse(to, KNOWN).unwrap();
        let parameters = parameters.iter().copied().collect();
        target.location(&parameters, query).ok()
    }

    #[test]
    fn an_empty_parameter_does_not_begin_a_host() {
        for (to, rest, outcome) in [
            ("/{lang}/{rest}", "evil.com/x", "/evil.com/x"),
            ("/{rest}", "/evil.com", "/evil.com"),
            (
                "https://a.example/{lang}/{rest}",
                "x",
                "https://a.example/x",
            ),
        ] {
            let location = location(to, &[("rest", rest)], None);
            assert_eq!(location.as_deref(), Some(outcome), "{to}");
        }
    }

    #[test]
    fn a_parameter_cannot_lead_out_of_its_place() {
        for rest in ["..", "a/../..", "."] {
            assert_eq!(
                location("/new/{rest}", &[("rest", rest)], None),
                None,
                "{rest}"
            );
        }
    }

    #[test]
    fn the_query_comes_before_the_fragment() {
        for (to, outcome) in [
            ("/new", "/new?a=b"),
            ("/new#sec", "/new?a=b#sec"),
            ("/new?x=1#sec?", "/new?x=1&a=b#sec?"),
            ("https://a.example", "https://a.example/?a=b"),
            ("https://a.example?x#{rest}", "https://a.example/?x&a=b#r"),
        ] {
            let location = location(to, &[("rest", "r")], Some("a=b"));
            assert_eq!(location.as_deref(), Some(outcome), "{to}");
        }
    }

    #[test]
    fn what_could_lead_to_another_host_is_not_read() {
        for to in [
            "https://{lang}.example/x",
            "https://a.example{rest}",
            "https://a.example:{rest}/",
            "https://{rest}",
            "https:///{rest}",
            "https://a.example\\{rest}",
            "https://a.example\\x/{rest}",
            "//a.example/{rest}",
            "/../{rest}",
            "/a//{rest}",
            "ftp://a.example/",
            "a/{rest}",
        ] {
            assert!(RedirectTarget::parse(to, KNOWN).is_err(), "{to}");
        }
    }
}
