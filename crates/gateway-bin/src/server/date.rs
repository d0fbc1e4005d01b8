//! The `Date` of answers.

use std::cell::RefCell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderValue;

/// The date now, as the value of `Date` (RFC 9110, section 6.6.1). It is written anew once a second; in between a
/// copy costs no allocation.
pub(super) fn now() -> HeaderValue {
    thread_local! {
        static LAST: RefCell<Written> = RefCell::new(Written::at(0));
    }
    let second = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    LAST.with_borrow_mut(|last| {
        if last.second != second {
            *last = Written::at(second);
        }
        last.value.clone()
    })
}

/// The value of one second.
struct Written {
    second: u64,
    value: HeaderValue,
}

impl Written {
    fn at(second: u64) -> Self {
        let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(second));
        // A date is printable ASCII, so this cannot fail.
        let value = HeaderValue::from_maybe_shared(Bytes::from(date))
            .unwrap_or(HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"));
        Self { second, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_a_date_and_of_now() {
        let date = httpdate::parse_http_date(now().to_str().unwrap()).unwrap();
        let off = SystemTime::now().duration_since(date).unwrap();
        assert!(off < Duration::from_secs(10), "{off:?}");
        assert_eq!(
            Written::at(784_111_777).value,
            "Sun, 06 Nov 1994 08:49:37 GMT"
        );
    }
}
