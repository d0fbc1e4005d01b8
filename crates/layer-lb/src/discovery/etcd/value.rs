//! What the value of a key says.

use gateway_core::config::{ConfigError, Diagnosis};
use serde_json::error::Category;

use super::super::admissible::check_endpoint;
use crate::config::{EndpointConfig, EndpointUrl, wrong_priority, wrong_weight};

/// The longest value that is read.
const LONGEST: usize = 4096;

/// The endpoint that `value` names: a URL, or a table in JSON with `url` and, where they are wanted, `weight` and
/// `priority`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn endpoint(value: &[u8]) -> Result<EndpointConfig, String> {
    if value.len() > LONGEST {
        return Err(format!("the value is longer than {LONGEST} bytes"));
    }
    let text = str::from_utf8(value).map_err(|_| "the value is not UTF-8".to_owned())?;
    let text = text.trim();
    let endpoint = if text.starts_with('{') {
        let read = serde_json::from_str::<EndpointConfig>(text);
        read.map_err(|error| match error.classify() {
            Category::Syntax => format!("the table is no JSON: {error}"),
            _ => error.to_string(),
        })?
    } else {
        let url = text.parse::<EndpointUrl>();
        EndpointConfig::from(url.map_err(|error: Diagnosis| error.to_string())?)
    };
    let wrong = wrong_weight(&endpoint)
        .or_else(|| wrong_priority(&endpoint))
        .or_else(|| check_endpoint(&endpoint).err());
    match wrong {
        None => Ok(endpoint),
        Some(error) => Err(ConfigError::to_string(&error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_or_a_table() {
        for (value, url, weight, priority) in [
            ("http://10.0.0.5:9000", "http://10.0.0.5:9000", 1, 0),
            ("http://a\n", "http://a:80", 1, 0),
            (r#"{"url": "http://a"}"#, "http://a:80", 1, 0),
            (
                r#"{"url": "http://a", "weight": 3, "priority": 1}"#,
                "http://a:80",
                3,
                1,
            ),
        ] {
            let endpoint = endpoint(value.as_bytes()).unwrap();
            assert_eq!(endpoint.url.to_string(), url);
            assert_eq!((*endpoint.weight, *endpoint.priority), (weight, priority));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (value, message) in [
            ("", "expected the URL of an endpoint"),
            ("10.0.0.5:9000", "expected the URL of an endpoint"),
            ("http://a:0", "this is not a port"),
            ("http://0.0.0.0:80", "stands for no host"),
            (
                r#"{"url": "http://a", "weight": 0}"#,
                "a weight is a number",
            ),
            (
                r#"{"url": "http://a", "priority": 16}"#,
                "a priority is a number",
            ),
            ("{ url = \"http://a\" }", "is no JSON"),
            (r#"{"url": "http://a", "wieght": 1}"#, "wieght"),
            (r#"{"weight": 1}"#, "url"),
            ("{", "EOF"),
        ] {
            let error = endpoint(value.as_bytes()).unwrap_err();
            assert!(error.contains(message), "{value}: {error}");
        }
        assert!(endpoint(b"\xff").is_err());
        assert!(endpoint(&vec![b' '; 5000]).is_err());
    }
}
