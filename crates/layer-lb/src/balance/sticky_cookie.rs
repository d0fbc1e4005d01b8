//! The cookie that keeps a client with an endpoint.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use gateway_core::head::cookies;
use http::{HeaderMap, HeaderValue};

use crate::config::StickyConfig;

const ID: usize = 8;
const TAG: usize = 32;
/// How many letters of Base64 that makes.
const LETTERS: usize = ((ID + TAG) * 8).div_ceil(6);

/// The cookie that keeps a client with an endpoint: the endpoint's id, signed by HMAC-SHA-256, so that clients can
/// neither choose an endpoint nor try out which there are. The upstream sees it as any other cookie.
#[derive(Clone, Debug)]
pub(super) struct StickyCookie {
    name: Arc<str>,
    key: hmac::Key,
    max_age: Option<Duration>,
}

impl StickyCookie {
    /// As `config` says.
    pub(super) fn new(config: &StickyConfig) -> Self {
        let secret = config.secret.expose().as_bytes();
        Self {
            name: config.cookie.as_str().into(),
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            max_age: config.max_age.as_ref().map(|age| age.get()),
        }
    }

    /// The endpoint that the cookie in `headers` names, if it is one of ours.
    pub(super) fn read(&self, headers: &HeaderMap) -> Option<u64> {
        let value = cookies::find(headers, &self.name)?;
        if value.len() != LETTERS {
            return None;
        }
        let mut token = [0; ID + TAG];
        BASE64URL_NOPAD
            .decode_mut(value.as_bytes(), &mut token)
            .ok()?;
        let (id, tag) = token.split_first_chunk::<ID>()?;
        hmac::verify(&self.key, &self.message(*id), tag).ok()?;
        Some(u64::from_be_bytes(*id))
    }

    /// The field that makes a client come back to the endpoint `id`.
    pub(super) fn issue(&self, id: u64, is_secure: bool) -> Option<HeaderValue> {
        let id = id.to_be_bytes();
        let tag = hmac::sign(&self.key, &self.message(id));
        let mut token = id.to_vec();
        token.extend_from_slice(tag.as_ref());
        let mut cookie = format!("{}={}", self.name, BASE64URL_NOPAD.encode(&token));
        cookie.push_str("; Path=/; HttpOnly; SameSite=Lax");
        if is_secure {
            cookie.push_str("; Secure");
        }
        if let Some(max_age) = self.max_age {
            // Writing into a string cannot fail.
            let _ = write!(cookie, "; Max-Age={}", max_age.as_secs());
        }
        HeaderValue::try_from(cookie).ok()
    }

    /// What is signed: not the id alone, lest the same secret say something elsewhere.
    fn message(&self, id: [u8; ID]) -> [u8; 17 + ID] {
        let mut message = *b"portcullis/sticky........";
        if let Some(place) = message.last_chunk_mut() {
            *place = id;
        }
        // Cookies of other names and upstreams are told apart by their ids, which lead nowhere here.
        message
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::config::Secret;

    use super::*;

    fn cookie(secret: &str, max_age: Option<u64>) -> StickyCookie {
        StickyCookie::new(&StickyConfig {
            cookie: "lb".parse().unwrap(),
            secret: Secret::new(secret).into(),
            max_age: max_age.map(|age| gateway_core::config::Duration::from_secs(age).into()),
        })
    }

    fn sent(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", format!("theme=dark; lb={value}").parse().unwrap());
        headers
    }

    fn value(cookie: &StickyCookie, id: u64) -> String {
        let field = cookie.issue(id, false).unwrap();
        let (pair, _) = field.to_str().unwrap().split_once(';').unwrap();
        pair.strip_prefix("lb=").unwrap().to_owned()
    }

    #[test]
    fn what_was_issued_is_read() {
        let cookie = cookie("0123456789abcdef", None);
        for id in [0, 42, u64::MAX] {
            assert_eq!(cookie.read(&sent(&value(&cookie, id))), Some(id));
        }
        assert_eq!(cookie.read(&HeaderMap::new()), None);
    }

    #[test]
    fn what_was_not_is_refused() {
        let ours = cookie("0123456789abcdef", None);
        let good = value(&ours, 42);
        let theirs = value(&cookie("another secret 1", None), 42);
        let mut forged = value(&ours, 43).into_bytes();
        forged[20..].copy_from_slice(&good.as_bytes()[20..]);
        let forged = String::from_utf8(forged).unwrap();
        for value in [
            "",
            "x",
            &theirs,
            &forged,
            &good[1..],
            &format!("{good}A"),
            &"!".repeat(LETTERS),
        ] {
            assert_eq!(ours.read(&sent(value)), None, "{value}");
        }
    }

    #[test]
    fn its_attributes() {
        let shown = |max_age, is_secure| {
            let field = cookie("0123456789abcdef", max_age)
                .issue(1, is_secure)
                .unwrap();
            let (_, attributes) = field.to_str().unwrap().split_once("; ").unwrap();
            attributes.to_owned()
        };
        assert_eq!(shown(None, false), "Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(
            shown(Some(3600), true),
            "Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600"
        );
    }
}
