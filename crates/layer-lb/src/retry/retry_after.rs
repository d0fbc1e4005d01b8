//! `Retry-After`.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};

/// How long a response with `status` and `fields`, which came at `now`, asks to wait (RFC 9110, section 10.2.3). Of a
/// 503 and a 429 alone: in others it is about something else.
pub(super) fn retry_after(
    status: StatusCode,
    fields: &HeaderMap,
    now: SystemTime,
) -> Option<Duration> {
    let is_heeded = [
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::TOO_MANY_REQUESTS,
    ]
    .contains(&status);
    let value = fields.get(header::RETRY_AFTER).filter(|_| is_heeded)?;
    let text = value.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than there are numbers for are still more than anybody waits.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(status: u16, value: &str) -> Option<u64> {
        let fields = HeaderMap::from_iter([(header::RETRY_AFTER, value.parse().unwrap())]);
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let status = StatusCode::from_u16(status).unwrap();
        retry_after(status, &fields, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates() {
        for (value, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sun, 06 Nov 1994 08:49:27 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            assert_eq!(asked(503, value), seconds, "{value}");
        }
    }

    #[test]
    fn it_counts_where_the_service_has_too_much_to_do() {
        assert_eq!(asked(429, "1"), Some(1));
        assert_eq!(asked(302, "1"), None);
        let none = HeaderMap::new();
        let status = StatusCode::SERVICE_UNAVAILABLE;
        assert_eq!(retry_after(status, &none, SystemTime::now()), None);
    }
}
