//! From a node to a typed value, with everything that is wrong with it.

use serde::de::DeserializeOwned;

use super::de::{Context, ValueDeserializer};
use super::{ConfigErrors, Node};

/// How many attempts one value gets, and so how many findings it can have.
const ROUNDS: usize = 64;

/// Decodes `node` as a `T`.
///
/// After a finding the value that it is about is left out and the rest is tried again, up to 64 times, so
/// that one run shows what is wrong everywhere. What goes wrong only because of something left out is no
/// finding.
///
/// ```
/// use gateway_core::config::{self, ConfigErrors, Document, Source};
///
/// #[derive(Debug, serde::Deserialize)]
/// #[serde(rename_all = "kebab-case", deny_unknown_fields)]
/// struct Admin {
///     bind: std::net::SocketAddr,
///     threads: u8,
/// }
///
/// let source = Source::new("gateway.toml", "bind = 9900\nthreds = 2\n");
/// let document = Document::parse(&source, &mut ConfigErrors::new()).unwrap();
/// let errors = config::decode::<Admin>(document.root()).unwrap_err();
/// let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
/// assert_eq!(
///     messages,
///     [
///         "expected an IP address with a port, such as \"127.0.0.1:8080\", found the number 9900",
///         "unknown key `threds` (did you mean `threads`?)",
///     ]
/// );
/// ```
///
/// # Errors
/// Every finding about the value and what is in it.
pub fn decode<T: DeserializeOwned>(node: &Node) -> Result<T, ConfigErrors> {
    decode_beside(node, &[])
}

/// Decodes the table `node` as a `T` that shares it with other keys, such as the `type` and `mode` of a
/// layer, which `T` does not know. They are left out, and offered where a key is misspelt.
///
/// # Errors
/// Every finding about the value and what is in it.
pub fn decode_beside<T: DeserializeOwned>(node: &Node, keys: &[&str]) -> Result<T, ConfigErrors> {
    let mut errors = ConfigErrors::new();
    match salvage(node, keys, &mut errors) {
        Some(value) => errors.or(value),
        None => Err(errors),
    }
}

/// Decodes like [`decode_beside`], but hands out what is left when the wrong parts are left out, so that
/// later checks (does this upstream exist?) can go on. Where `errors` grew, the value is good for
/// nothing else.
pub fn salvage<T: DeserializeOwned>(
    node: &Node,
    beside: &[&str],
    errors: &mut ConfigErrors,
) -> Option<T> {
    let mut context = Context::new(node, beside);
    for _ in 0..ROUNDS {
        let failure = match T::deserialize(ValueDeserializer::new(node, &context)) {
            Ok(value) => return Some(value),
            Err(failure) => failure.arose_at(node, None),
        };
        let explained = context.explains(&failure);
        let more = context.omit(&failure);
        if !explained {
            errors.push(failure.into_finding());
        }
        if !more {
            return None;
        }
    }
    None
}
