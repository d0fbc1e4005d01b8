//! How much a head may hold.

use http::Uri;
use http::request::Parts;

use super::HeadError;

/// How much the head of a request may hold. Its size in bytes is bounded by the listener, which reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// Longest request target in bytes; 8 KiB by default.
    pub target: usize,
    /// Most header fields, each line counted; 100 by default.
    pub fields: usize,
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self {
            target: 8 * 1024,
            fields: 100,
        }
    }
}

impl HeadLimits {
    /// Checks a head against these limits.
    ///
    /// # Errors
    /// [`HeadError::TargetTooLong`] (414) or [`HeadError::TooManyFields`] (431).
    pub fn check(&self, parts: &Parts) -> Result<(), HeadError> {
        if target_length(&parts.uri) > self.target {
            return Err(HeadError::TargetTooLong);
        }
        if parts.headers.len() > self.fields {
            return Err(HeadError::TooManyFields);
        }
        Ok(())
    }
}

fn target_length(uri: &Uri) -> usize {
    let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
    let authority = uri.authority().map_or(0, |host| host.as_str().len());
    path + authority
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Request};

    use super::*;

    #[test]
    fn the_limits_themselves_are_allowed() {
        let limits = HeadLimits {
            target: 10,
            fields: 2,
        };
        let parts = |target: &str, fields: usize| {
            let mut request = Request::new(());
            *request.uri_mut() = target.parse().unwrap();
            for _ in 0..fields {
                request
                    .headers_mut()
                    .append("x-a", HeaderValue::from_static("1"));
            }
            request.into_parts().0
        };
        assert_eq!(limits.check(&parts("/345?789a", 2)), Ok(()));
        assert_eq!(limits.check(&parts("/3456?789a", 0)), Ok(()));
        assert_eq!(
            limits.check(&parts("/3456?789ab", 0)),
            Err(HeadError::TargetTooLong)
        );
        assert_eq!(limits.check(&parts("/", 3)), Err(HeadError::TooManyFields));
    }
}
