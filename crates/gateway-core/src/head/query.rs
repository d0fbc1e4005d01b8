//! The query of a request as names and values.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The names and values of a query as HTML forms encode it, decoded; what is not UTF-8 is replaced by U+FFFD.
pub fn pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
}

fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
    } else {
        percent_decode_str(text).decode_utf8_lossy()
    }
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn names_and_values_are_decoded() {
        let found: Vec<_> = pairs("a=1&&b&c=x+y%2B%26&%61=2&=z&d=%ff").collect();
        let found: Vec<_> = found
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        let expected = [
            ("a", "1"),
            ("b", ""),
            ("c", "x y+&"),
            ("a", "2"),
            ("", "z"),
            ("d", "\u{fffd}"),
        ];
        assert_eq!(found, expected);
        assert_eq!(pairs("").count(), 0);
    }
}
