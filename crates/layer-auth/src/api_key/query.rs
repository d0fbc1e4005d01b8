//! A key in a query parameter (`application/x-www-form-urlencoded`, WHATWG URL, section 5).

use std::borrow::Cow;

use http::Uri;
use http::uri::PathAndQuery;
use percent_encoding::percent_decode;

/// The values of all parameters called `name`, their escapes resolved. So are those of the names: an upstream
/// would take `k%65y` for `key`.
pub(super) fn values<'a>(uri: &'a Uri, name: &str) -> impl Iterator<Item = Cow<'a, [u8]>> {
    let pairs = uri.query().into_iter().flat_map(|query| query.split('&'));
    pairs.filter_map(move |pair| {
        let (found, value) = pair.split_once('=').unwrap_or((pair, ""));
        is_named(found, name).then(|| resolved(value))
    })
}

/// Takes all parameters called `name` out; the others keep their bytes.
pub(super) fn cut(uri: &mut Uri, name: &str) {
    let Some(query) = uri.query() else {
        return;
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !is_named(pair.split('=').next().unwrap_or(pair), name))
        .collect();
    let target = if kept.is_empty() {
        uri.path().to_owned()
    } else {
        format!("{}?{}", uri.path(), kept.join("&"))
    };
    // Parts of a valid target are a valid target. Were they ever not, the request would go to the root:
    // nothing may make the key go on.
    let target = PathAndQuery::try_from(target).unwrap_or(PathAndQuery::from_static("/"));
    let mut parts = std::mem::take(uri).into_parts();
    parts.path_and_query = Some(target);
    *uri = Uri::from_parts(parts).unwrap_or_default();
}

fn is_named(found: &str, name: &str) -> bool {
    *resolved(found) == *name.as_bytes()
}

fn resolved(text: &str) -> Cow<'_, [u8]> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        Cow::Owned(percent_decode(spaced.as_bytes()).collect())
    } else {
        percent_decode(text.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_of_the_name_is_seen() {
        for (uri, seen) in [
            ("/?key=a", vec!["a"]),
            ("/?x=1&key=a=b&y", vec!["a=b"]),
            ("/?xkey=1&keys=2&Key=3", vec![]),
            ("/?key=a&key=b&k%65y=c", vec!["a", "b", "c"]),
            ("/?key", vec![""]),
            ("/?key=a%2Bb+c%zz", vec!["a+b c%zz"]),
            ("/key=a", vec![]),
            ("*", vec![]),
        ] {
            let uri: Uri = uri.parse().unwrap();
            let found: Vec<_> = values(&uri, "key").collect();
            assert_eq!(
                found,
                seen.iter().map(|v| v.as_bytes()).collect::<Vec<_>>(),
                "{uri}"
            );
        }
    }

    #[test]
    fn only_the_key_is_cut_out() {
        for (given, left) in [
            ("/a?key=x", "/a"),
            ("/a?key=x&key=y", "/a"),
            ("/a?key=x&b=%7e+~&&c", "/a?b=%7e+~&&c"),
            ("/a?b=1&k%65y=x&c=2", "/a?b=1&c=2"),
            ("/a?b=1&key=x", "/a?b=1"),
            ("http://h:80/a?key=x&b", "http://h:80/a?b"),
            ("http://h?key=x", "http://h/"),
            ("/a", "/a"),
            ("*", "*"),
        ] {
            let mut uri: Uri = given.parse().unwrap();
            cut(&mut uri, "key");
            assert_eq!(uri.to_string(), *left, "{given}");
        }
    }
}
