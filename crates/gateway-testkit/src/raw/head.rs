//! A message head as it stood on the wire.

use http::StatusCode;

/// A message head as it stood on the wire: nothing is folded, sorted, joined or lower-cased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawHead {
    /// The request line or the status line.
    pub start_line: String,
    /// The field lines, split at the first colon; white space around the value is gone.
    pub fields: Vec<(String, String)>,
}

impl RawHead {
    /// The head at the start of `bytes` and its length, the blank line included; `None` while it is not
    /// whole. A byte that is not UTF-8 shows as U+FFFD, a line without a colon as a name without a value.
    ///
    /// ```
    /// use gateway_testkit::raw::RawHead;
    ///
    /// let (head, length) = RawHead::parse(b"HTTP/1.1 200 OK\r\nX-One: 1\r\n\r\nbody").unwrap();
    /// assert_eq!(head.start_line, "HTTP/1.1 200 OK");
    /// assert_eq!(head.field("x-one"), Some("1"));
    /// assert_eq!(length, 29);
    /// ```
    pub fn parse(bytes: &[u8]) -> Option<(Self, usize)> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&bytes[..end]);
        let mut lines = text.split("\r\n");
        let start_line = lines.next().unwrap_or_default().to_owned();
        let fields = lines.map(split_field).collect();
        Some((Self { start_line, fields }, end + 4))
    }

    /// The value of the first field `name`, whatever its case.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let (_, value) = fields.find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// The values of all fields `name`, in order.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The status of a response; `None` for a request or a malformed line.
    pub fn status(&self) -> Option<StatusCode> {
        let (version, rest) = self.start_line.split_once(' ')?;
        let is_response = version.starts_with("HTTP/");
        let code = rest.split(' ').next()?;
        is_response.then(|| code.parse().ok()).flatten()
    }
}

/// Splits a field line at its first colon.
pub(super) fn split_field(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    (name.to_owned(), value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_case_and_repeats_are_kept() {
        let (head, _) =
            RawHead::parse(b"GET / HTTP/1.1\r\nB: 2\r\nHost: a\r\nb: 3\r\n\r\n").unwrap();
        let names: Vec<_> = head.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["B", "Host", "b"]);
        assert_eq!(head.values("b").collect::<Vec<_>>(), ["2", "3"]);
        assert_eq!(head.status(), None);
    }

    #[test]
    fn a_head_that_is_not_whole_is_none() {
        assert_eq!(RawHead::parse(b"GET / HTTP/1.1\r\nHost: a\r\n"), None);
    }

    #[test]
    fn only_a_status_line_has_a_status() {
        for (line, status) in [
            ("HTTP/1.1 204", Some(StatusCode::NO_CONTENT)),
            ("HTTP/1.1 200 Very OK", Some(StatusCode::OK)),
            ("HTTP/1.1 abc", None),
            ("GET 200 HTTP/1.1", None),
        ] {
            let (head, _) = RawHead::parse(format!("{line}\r\n\r\n").as_bytes()).unwrap();
            assert_eq!(head.status(), status, "{line}");
        }
    }
}
