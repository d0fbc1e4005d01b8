//! What a file of endpoints says.

use std::path::Path;

use gateway_core::config::{ConfigErrors, Document, Located, Source, Style, decode, render};
use serde::Deserialize;

use super::super::Fault;
use super::super::admissible::check_endpoint;
use crate::config::{EndpointConfig, EndpointList, check_endpoints};

/// The most endpoints of one file.
const MOST: usize = 10_000;

/// The whole of the file.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Contents {
    endpoints: EndpointList,
}

/// The endpoints that `bytes`, the content of the file at `path`, name. One that is wrong spoils all: half of what was
/// meant may be worse than what was there before.
///
/// # Errors
/// All that is wrong, with line and caret.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Vec<EndpointConfig>, Fault> {
    let text = str::from_utf8(bytes).map_err(|_| Fault::refused("the file is not UTF-8"))?;
    let source = Source::new(path.display().to_string(), text);
    let mut errors = ConfigErrors::new();
    let contents = Document::parse(&source, &mut errors)
        .and_then(|document| errors.take(decode::<Contents>(document.root())));
    if let Some(contents) = &contents {
        if contents.endpoints.len() > MOST {
            return Err(Fault::refused(format!(
                "the file names more than {MOST} endpoints"
            )));
        }
        check_endpoints(&contents.endpoints, &mut errors);
        for endpoint in contents.endpoints.iter() {
            if let Err(error) = check_endpoint(endpoint) {
                errors.push(error.at_if_unset(endpoint.span()));
            }
        }
    }
    match contents {
        Some(contents) if errors.is_empty() => {
            let endpoints = contents.endpoints.into_inner();
            Ok(endpoints.into_iter().map(Located::into_inner).collect())
        }
        _ => Err(Fault::refused(render(&source, &errors, Style::Plain))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<String>, String> {
        let endpoints = parse(Path::new("orders.toml"), text.as_bytes());
        let urls = endpoints.map(|endpoints| {
            let urls = endpoints.iter().map(|endpoint| endpoint.url.to_string());
            urls.collect()
        });
        urls.map_err(|fault| fault.cause)
    }

    #[test]
    fn it_has_the_form_that_an_upstream_has() {
        let urls = parsed(
            "# by hand\nendpoints = [\"http://a:1\", { url = \"http://b\", weight = 2, priority = 1 }]\n",
        );
        assert_eq!(
            urls,
            Ok(vec!["http://a:1".to_owned(), "http://b:80".to_owned()])
        );
    }

    #[test]
    fn whatever_is_wrong_spoils_all_and_is_shown() {
        let shown =
            parsed("endpoints = [\"http://a\", \"http://b:0\", \"http://a\"]\n").unwrap_err();
        assert!(shown.contains("orders.toml:1:36"), "{shown}");
        assert!(shown.contains("^"), "{shown}");
        for (text, message) in [
            ("endpoints = []", "an upstream needs at least one endpoint"),
            (
                "endpoints = [\"http://a\", \"http://a\"]",
                "stands here twice",
            ),
            (
                "endpoints = [{ url = \"http://a\", weight = 0 }]",
                "a weight is a number",
            ),
            ("endpoints = [\"http://0.0.0.0:80\"]", "stands for no host"),
            ("endpoint = [\"http://a\"]", "endpoint"),
            ("endpoints = [\"http://a\"", "array"),
            ("", "endpoints"),
        ] {
            let shown = parsed(text).unwrap_err();
            assert!(shown.contains(message), "{text}:\n{shown}");
        }
        assert!(parse(Path::new("x"), b"\xff").is_err());
    }
}
