//! What clients are told of the limit: `RateLimit-Policy` and `RateLimit`.

use std::fmt::Write;
use std::time::Duration;

use gateway_core::config::Rate;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Standing;

const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Writes `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).
///
/// The policy's `q` and `w` are the rate; `r` is how many requests would pass at this moment; `t` is after
/// how many seconds the whole burst is there again or, after a refusal, the same point in time as
/// `Retry-After`. Seconds are rounded up, so that a client is never early.
#[derive(Debug)]
pub(crate) struct Fields {
    /// The name as a string of structured fields (RFC 9651 §3.3.3), quotes included.
    name: String,
    policy: Option<HeaderValue>,
}

impl Fields {
    pub(crate) fn new(name: &str, rate: Rate) -> Self {
        let name = quoted(name);
        let (quota, window) = in_whole_seconds(rate);
        Self {
            policy: HeaderValue::try_from(format!("{name};q={quota};w={window}")).ok(),
            name,
        }
    }

    /// Adds both fields after a request has passed. They are lists: what others said of their limits stays.
    pub(crate) fn tell(&self, standing: Standing, headers: &mut HeaderMap) {
        for (name, value) in self.both(standing.remaining, standing.full_in) {
            headers.append(name, value);
        }
    }

    /// Both fields after a refusal.
    pub(crate) fn refused(
        &self,
        wait: Duration,
    ) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        self.both(0, wait)
    }

    fn both(
        &self,
        remaining: u32,
        until: Duration,
    ) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let (remaining, seconds) = (u64::from(remaining), seconds_up(until));
        // To the letter: a string that fills its buffer becomes a header value without another allocation.
        let length = self.name.len() + ";r=;t=".len() + digits(remaining) + digits(seconds);
        let mut value = String::with_capacity(length);
        let _ = write!(value, "{};r={remaining};t={seconds}", self.name);
        let limit = HeaderValue::try_from(value).ok();
        let policy = self.policy.clone().map(|policy| (RATELIMIT_POLICY, policy));
        policy
            .into_iter()
            .chain(limit.map(|limit| (RATELIMIT, limit)))
    }
}

fn digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

fn seconds_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// The rate in a window of whole seconds, as the draft wants it: 10 in 100 ms are 100 in 1 s.
fn in_whole_seconds(rate: Rate) -> (u128, u64) {
    let window = seconds_up(rate.period());
    let per_window = u128::from(rate.count().get()) * Duration::from_secs(window).as_nanos();
    (per_window / rate.period().as_nanos(), window)
}

/// `name` in quotes; what cannot stand there becomes `?`.
fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push('"');
    for letter in name.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            ' '..='~' => quoted.push(letter),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, rate: &str, remaining: u32, until: Duration) -> [String; 2] {
        let mut headers = HeaderMap::new();
        let standing = Standing {
            remaining,
            full_in: until,
        };
        Fields::new(name, rate.parse().unwrap()).tell(standing, &mut headers);
        ["ratelimit-policy", "ratelimit"].map(|name| headers[name].to_str().unwrap().to_owned())
    }

    #[test]
    fn rates_and_names() {
        for (name, rate, policy) in [
            ("fair-use", "100/min", r#""fair-use";q=100;w=60"#),
            ("fair-use", "10/100ms", r#""fair-use";q=100;w=1"#),
            ("fair-use", "3/1500ms", r#""fair-use";q=4;w=2"#),
            (r#"a "b\" ü"#, "1/s", r#""a \"b\\\" ?";q=1;w=1"#),
        ] {
            assert_eq!(told(name, rate, 1, Duration::ZERO)[0], policy);
        }
    }

    #[test]
    fn seconds_are_rounded_up() {
        for (millis, seconds) in [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2)] {
            let until = Duration::from_millis(millis);
            assert_eq!(
                told("x", "1/s", 7, until)[1],
                format!("\"x\";r=7;t={seconds}")
            );
        }
    }
}
