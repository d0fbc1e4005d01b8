//! Names of fields as most messages spell them.

use http::HeaderName;
use http::header;

/// The name in `text`, where it is one that many messages have, spelled as nearly all of them do. Saves the way over
/// lower case to the names that [`HeaderName`] knows; whatever is not found here goes that way.
pub(super) fn usual_name(text: &[u8]) -> Option<HeaderName> {
    Some(match text {
        b"Accept" | b"accept" => header::ACCEPT,
        b"Accept-Encoding" | b"accept-encoding" => header::ACCEPT_ENCODING,
        b"Accept-Language" | b"accept-language" => header::ACCEPT_LANGUAGE,
        b"Authorization" | b"authorization" => header::AUTHORIZATION,
        b"Cache-Control" | b"cache-control" => header::CACHE_CONTROL,
        b"Connection" | b"connection" => header::CONNECTION,
        b"Content-Encoding" | b"content-encoding" => header::CONTENT_ENCODING,
        b"Content-Length" | b"content-length" => header::CONTENT_LENGTH,
        b"Content-Type" | b"content-type" => header::CONTENT_TYPE,
        b"Cookie" | b"cookie" => header::COOKIE,
        b"Date" | b"date" => header::DATE,
        b"ETag" | b"etag" => header::ETAG,
        b"Host" | b"host" => header::HOST,
        b"Last-Modified" | b"last-modified" => header::LAST_MODIFIED,
        b"Server" | b"server" => header::SERVER,
        b"Set-Cookie" | b"set-cookie" => header::SET_COOKIE,
        b"Transfer-Encoding" | b"transfer-encoding" => header::TRANSFER_ENCODING,
        b"User-Agent" | b"user-agent" => header::USER_AGENT,
        b"Vary" | b"vary" => header::VARY,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_name_is_the_one_that_it_would_be_anyway() {
        let text = include_str!("usual_name.rs");
        let spelled: Vec<&str> = text
            .split("b\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let mut found = 0;
        for name in spelled {
            if let Some(usual) = usual_name(name.as_bytes()) {
                assert_eq!(usual, HeaderName::from_bytes(name.as_bytes()).unwrap());
                found += 1;
            }
        }
        assert_eq!(found, 38);
        assert_eq!(usual_name(b"X-Other"), None);
        assert_eq!(usual_name(b"hOST"), None);
    }
}
