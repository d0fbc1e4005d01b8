//! A key in a cookie (RFC 6265, section 4.2.1).

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// The values of all cookies called `name`.
pub(super) fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a [u8]> {
    let crumbs = headers.get_all(COOKIE).iter().flat_map(crumbs);
    crumbs.filter_map(move |crumb| value(crumb, name))
}

/// Takes all cookies called `name` out. A field in which nothing is left goes; others keep their bytes.
pub(super) fn cut(headers: &mut HeaderMap, name: &str) {
    let kept: Vec<HeaderValue> = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|field| without(field, name))
        .collect();
    headers.remove(COOKIE);
    for field in kept {
        headers.append(COOKIE, field);
    }
}

/// `field` without the cookies called `name`, if anything is left of it then.
fn without(field: &HeaderValue, name: &str) -> Option<HeaderValue> {
    if crumbs(field).all(|crumb| value(crumb, name).is_none()) {
        return Some(field.clone());
    }
    let kept: Vec<&[u8]> = crumbs(field)
        .filter(|crumb| !crumb.is_empty() && value(crumb, name).is_none())
        .collect();
    // Parts of a valid value with `; ` between them are a valid value.
    let mut shorter = HeaderValue::try_from(kept.join(&b"; "[..])).ok()?;
    shorter.set_sensitive(field.is_sensitive());
    (!shorter.is_empty()).then_some(shorter)
}

fn crumbs(field: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    let crumbs = field.as_bytes().split(|byte| *byte == b';');
    crumbs.map(<[u8]>::trim_ascii)
}

fn value<'a>(crumb: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let at = crumb.iter().position(|byte| *byte == b'=')?;
    let (found, value) = (&crumb[..at], &crumb[at + 1..]);
    (found.trim_ascii_end() == name.as_bytes()).then(|| value.trim_ascii_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(fields: &[&str]) -> HeaderMap {
        let field = |field: &&str| (COOKIE, HeaderValue::from_str(field).unwrap());
        fields.iter().map(field).collect()
    }

    #[test]
    fn every_cookie_of_the_name_is_seen() {
        for (given, seen) in [
            (vec!["key=a"], vec!["a"]),
            (vec!["x=1; key=a=b;y"], vec!["a=b"]),
            (vec!["xkey=1; keys=2; Key=3; key"], vec![]),
            (vec!["key=a; key=b", "key=c"], vec!["a", "b", "c"]),
            (vec![" key = a "], vec!["a"]),
            (vec!["key=\"a\""], vec!["\"a\""]),
        ] {
            let headers = fields(&given);
            let found: Vec<_> = values(&headers, "key").collect();
            assert_eq!(
                found,
                seen.iter().map(|v| v.as_bytes()).collect::<Vec<_>>(),
                "{given:?}"
            );
        }
    }

    #[test]
    fn only_the_key_is_cut_out() {
        for (given, left) in [
            (vec!["key=a"], vec![]),
            (vec!["key=a; key=b;"], vec![]),
            (vec!["a=1; key=a; b= 2"], vec!["a=1; b= 2"]),
            (vec!["key=a; b=2"], vec!["b=2"]),
            (vec!["a=1;b=2", "key=a", "c=3"], vec!["a=1;b=2", "c=3"]),
        ] {
            let mut headers = fields(&given);
            cut(&mut headers, "key");
            assert_eq!(headers, fields(&left), "{given:?}");
        }
    }
}
