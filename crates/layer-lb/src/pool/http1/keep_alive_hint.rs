//! How long an endpoint says it keeps idle connections.

use std::time::Duration;

use gateway_core::head::named;
use http::{HeaderMap, HeaderName};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
/// What the endpoint's clock and the way to it may take.
const MARGIN: Duration = Duration::from_secs(1);

/// How long a connection may be kept idle after a response with `headers`, by its `Keep-Alive: timeout=5` (RFC
/// 2068, section 19.7.1.1): a second less than it says, so that it is not the endpoint that closes the connection
/// just when a request is sent.
pub(super) fn keep_alive_hint(headers: &HeaderMap) -> Option<Duration> {
    let value = named::first(headers, &KEEP_ALIVE)?.to_str().ok()?;
    let seconds = value.split(',').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_timeout = name.trim().eq_ignore_ascii_case("timeout");
        is_timeout.then(|| value.trim().trim_matches('"').parse().ok())?
    })?;
    Some(Duration::from_secs(seconds).saturating_sub(MARGIN))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_second_less_than_the_endpoint_says() {
        for (value, seconds) in [
            ("timeout=5", Some(4)),
            ("max=100, Timeout = \"60\"", Some(59)),
            ("timeout=1", Some(0)),
            ("timeout=0", Some(0)),
            ("timeout=-1", None),
            ("timeout=soon", None),
            ("max=100", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(KEEP_ALIVE, HeaderValue::from_static(value));
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(keep_alive_hint(&headers), expected, "{value}");
        }
        assert_eq!(keep_alive_hint(&HeaderMap::new()), None);
    }
}
