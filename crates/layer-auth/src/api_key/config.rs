//! What the operator types in a layer of `type = "api-key"`.

use std::sync::Arc;

use gateway_core::config::{ConfigError, ConfigErrors, HeaderName, Located};
use gateway_core::contract::GatewayLayer;
use gateway_core::facts::Identity;
use gateway_core::head::hop_by_hop::is_hop_by_hop;
use http::header;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ApiKeyLayer, ApiKeys, CredentialSource};
use crate::consumers::Consumers;
use crate::crypto::KeyHash;

/// A layer that recognises callers by an API key. It knows the keys of all consumers and those given here.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ApiKeyConfig {
    /// Where in the request the key stands; `{ header = "x-api-key" }` when left out.
    #[serde(default)]
    pub from: Option<CredentialSourceConfig>,
    /// Keys of callers who are no consumers.
    #[serde(default)]
    pub keys: Vec<LayerKeyConfig>,
}

/// Where in a request the key stands: exactly one of these.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialSourceConfig {
    /// The value of this header field.
    Header(Located<HeaderName>),
    /// The value of this query parameter.
    Query(Located<String>),
    /// The value of this cookie.
    Cookie(Located<String>),
}

/// A key of a caller who is no consumer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LayerKeyConfig {
    /// The hash of the key; the key itself is in no file.
    pub hash: Located<KeyHash>,
    /// Who has it: the subject of the identity.
    pub label: String,
}

impl ApiKeyConfig {
    /// What is meant: where keys stand, and all keys.
    pub(super) fn resolve(
        self,
        consumers: Option<&Consumers>,
    ) -> Result<(CredentialSource, Arc<ApiKeys>), ConfigErrors> {
        let mut errors = ConfigErrors::new();
        let mut keys = consumers
            .map(|consumers| Arc::clone(consumers.keys()))
            .unwrap_or_default();
        for LayerKeyConfig { hash, label } in self.keys {
            let identity = Identity::builder(ApiKeyLayer::TYPE, label).build();
            // Without keys of its own, a layer shares the map of the consumers.
            errors.take(Arc::make_mut(&mut keys).add(hash, identity));
        }
        // Without the resource nothing is known of the consumers: their section has errors of its own.
        if keys.is_empty() && consumers.is_some() {
            errors.push(no_keys());
        }
        let source = match self.from.map(CredentialSourceConfig::resolve) {
            Some(source) => errors.take(source).unwrap_or_default(),
            None => CredentialSource::default(),
        };
        errors.or((source, keys))
    }
}

impl CredentialSourceConfig {
    fn resolve(self) -> Result<CredentialSource, ConfigError> {
        match self {
            Self::Header(name) if carries_the_message(&name) => Err(ConfigError::new(format!(
                "a key cannot stand in `{}`, which the message itself needs",
                **name
            ))
            .at(name.span())
            .help("use a header of its own, such as \"x-api-key\"")),
            Self::Header(name) => Ok(CredentialSource::Header(name.into_inner().into_inner())),
            Self::Query(name) if name.is_empty() => Err(ConfigError::new(
                "the name of a query parameter cannot be empty",
            )
            .at(name.span())),
            Self::Query(name) => Ok(CredentialSource::Query(name.into_inner())),
            Self::Cookie(name) if !is_token(&name) => Err(ConfigError::new(
                "the name of a cookie consists of letters, digits and marks such as `-` and `_`",
            )
            .at(name.span())),
            Self::Cookie(name) => Ok(CredentialSource::Cookie(name.into_inner())),
        }
    }
}

fn no_keys() -> ConfigError {
    ConfigError::new("this layer knows no keys: nobody could pass").help(
        "write keys = [{ hash = \"sha256:…\", label = \"…\" }] here or, without a label, in [consumers.NAME]",
    )
}

/// Whether a message is no longer the same, or no message, without this field.
fn carries_the_message(name: &http::HeaderName) -> bool {
    matches!(
        *name,
        header::HOST | header::CONTENT_LENGTH | header::CONTENT_TYPE | header::COOKIE
    ) || is_hop_by_hop(name)
}

/// RFC 9110, section 5.6.2: the names of cookies and of header fields have the same form.
fn is_token(name: &str) -> bool {
    http::HeaderName::from_bytes(name.as_bytes()).is_ok()
}
