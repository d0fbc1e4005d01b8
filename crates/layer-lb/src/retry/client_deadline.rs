//! How long the client waits.

use std::time::Duration;

use gateway_core::deadline::after;
use gateway_core::head::named;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;

/// The deadline of gRPC (gRPC over HTTP/2, "Timeout"): at most eight digits and a unit.
const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");
const MOST_DIGITS: usize = 8;

/// When the client gives up, as it says itself. It limits all tries together, and each endpoint is told what is
/// left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClientDeadline(Instant);

impl ClientDeadline {
    /// What `fields` say in `grpc-timeout` and, in milliseconds, in `header`; the sooner of both. `now` is when the
    /// request came. What cannot be read says nothing.
    pub(crate) fn of(
        fields: &HeaderMap,
        header: Option<&HeaderName>,
        now: Instant,
    ) -> Option<Self> {
        let grpc = named::first(fields, &GRPC_TIMEOUT).and_then(grpc_timeout);
        let own = header
            .and_then(|header| named::first(fields, header))
            .and_then(milliseconds);
        let left = [grpc, own].into_iter().flatten().min()?;
        Some(Self(after(now, left)))
    }

    /// When it is.
    pub(crate) fn moment(self) -> Instant {
        self.0
    }

    /// Whether it has passed at `now`.
    pub(crate) fn has_passed(self, now: Instant) -> bool {
        self.0 <= now
    }

    /// Says in `fields`, wherever they said something before, what is left at `now`.
    pub(crate) fn tell(self, fields: &mut HeaderMap, header: Option<&HeaderName>, now: Instant) {
        let left = self.0.saturating_duration_since(now);
        if fields.get(GRPC_TIMEOUT).and_then(grpc_timeout).is_some() {
            fields.insert(GRPC_TIMEOUT, grpc_value(left));
        }
        if let Some(header) = header
            && fields.get(header).and_then(milliseconds).is_some()
        {
            let left = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
            fields.insert(header.clone(), HeaderValue::from(left));
        }
    }
}

fn digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // More than there are numbers for is longer than anybody waits.
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

fn milliseconds(value: &HeaderValue) -> Option<Duration> {
    digits(value.to_str().ok()?.trim()).map(Duration::from_millis)
}

fn grpc_timeout(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number = digits(number).filter(|_| number.len() <= MOST_DIGITS)?;
    Some(match unit {
        "H" => Duration::from_secs(number * 60 * 60),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

/// `left` in the finest unit in which it has eight digits, rounded down.
fn grpc_value(left: Duration) -> HeaderValue {
    let units = [
        (left.as_nanos(), 'n'),
        (left.as_micros(), 'u'),
        (left.as_millis(), 'm'),
        (u128::from(left.as_secs()), 'S'),
        (u128::from(left.as_secs() / 60), 'M'),
    ];
    let fitting = units.into_iter().find(|(number, _)| *number < 100_000_000);
    let (number, unit) = fitting.unwrap_or((99_999_999, 'M'));
    // Digits and a letter.
    HeaderValue::try_from(format!("{number}{unit}")).unwrap_or(HeaderValue::from_static("0n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: HeaderName = HeaderName::from_static("x-timeout-ms");

    fn fields(lines: &[(HeaderName, &str)]) -> HeaderMap {
        let line = |(name, value): &(HeaderName, &str)| (name.clone(), value.parse().unwrap());
        lines.iter().map(line).collect()
    }

    fn left(lines: &[(HeaderName, &str)]) -> Option<Duration> {
        let now = Instant::now();
        let deadline = ClientDeadline::of(&fields(lines), Some(&OWN), now)?;
        Some(deadline.moment() - now)
    }

    #[test]
    fn each_unit_of_grpc() {
        for (value, expected) in [
            ("2H", Some(Duration::from_secs(7200))),
            ("3M", Some(Duration::from_secs(180))),
            ("5S", Some(Duration::from_secs(5))),
            ("250m", Some(Duration::from_millis(250))),
            ("7u", Some(Duration::from_micros(7))),
            ("99999999n", Some(Duration::from_nanos(99_999_999))),
            ("0m", Some(Duration::ZERO)),
            ("100000000m", None),
            ("m", None),
            ("", None),
            ("5s", None),
            ("-5S", None),
            ("5 S", None),
            ("5µ", None),
        ] {
            let fields = [(GRPC_TIMEOUT, value)];
            if value.is_ascii() {
                assert_eq!(left(&fields), expected, "{value}");
            } else {
                let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
                assert_eq!(grpc_timeout(&value), expected);
            }
        }
    }

    #[test]
    fn the_sooner_counts() {
        for (grpc, own, expected) in [
            ("1S", "300", Some(300)),
            ("100m", "300", Some(100)),
            ("soon", "300", Some(300)),
            ("1S", "0.3", Some(1000)),
            ("soon", "", None),
        ] {
            let left = left(&[(GRPC_TIMEOUT, grpc), (OWN, own)]);
            assert_eq!(left, expected.map(Duration::from_millis), "{grpc} {own}");
        }
        assert_eq!(left(&[]), None);
    }

    #[test]
    fn what_is_left_is_told_where_something_was_said() {
        let now = Instant::now();
        let mut fields = fields(&[(GRPC_TIMEOUT, "1S"), (OWN, "700")]);
        let deadline = ClientDeadline::of(&fields, Some(&OWN), now).unwrap();
        let later = now + Duration::from_micros(200_900);
        assert!(!deadline.has_passed(later));
        deadline.tell(&mut fields, Some(&OWN), later);
        assert_eq!(fields[GRPC_TIMEOUT], "499100u");
        assert_eq!(fields[OWN], "499");
        let mut none = HeaderMap::new();
        deadline.tell(&mut none, Some(&OWN), later);
        assert!(none.is_empty());
        assert!(deadline.has_passed(now + Duration::from_millis(700)));
    }

    #[test]
    fn what_is_told_has_at_most_eight_digits_and_is_not_too_much() {
        for (left, told) in [
            (Duration::ZERO, "0n"),
            (Duration::from_nanos(99_999_999), "99999999n"),
            (Duration::from_nanos(100_000_999), "100000u"),
            (Duration::from_millis(100_000), "100000m"),
            (Duration::from_secs(99_999_999), "99999999S"),
            (Duration::from_secs(100_000_000), "1666666M"),
            (Duration::MAX, "99999999M"),
        ] {
            assert_eq!(grpc_value(left), told);
        }
    }
}
