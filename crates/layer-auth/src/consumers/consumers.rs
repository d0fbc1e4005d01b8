//! Who the consumers are.

use std::sync::Arc;

use gateway_core::config::ConfigErrors;
use gateway_core::contract::GatewayLayer;
use gateway_core::facts::Identity;

use super::{ConsumerConfig, ConsumerKeyConfig, ConsumersConfig};
use crate::api_key::{ApiKeyLayer, ApiKeys};

/// All consumers, found by their credentials. The gateway puts them into the
/// [`Resources`](gateway_core::contract::Resources) from which layers are built.
///
/// ```
/// use gateway_core::config::{self, ConfigErrors, Document, Source};
/// use layer_auth::{Consumers, ConsumersConfig};
///
/// let text = r#"
///     [acme]
///     keys = [{ hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }]
///     plan = "gold"
/// "#;
/// let mut errors = ConfigErrors::new();
/// let section = Document::parse(&Source::new("consumers.toml", text), &mut errors).unwrap();
/// let config: ConsumersConfig = config::decode(section.root())?;
///
/// let consumers = Consumers::new(config)?;
/// let acme = consumers.keys().identify(b"test").unwrap();
/// assert_eq!(acme.consumer(), Some("acme"));
/// assert_eq!(acme.claims()["plan"], "gold");
/// # Ok::<(), ConfigErrors>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Consumers {
    keys: Arc<ApiKeys>,
}

impl Consumers {
    /// What `config` means.
    ///
    /// # Errors
    /// Every key that two consumers share, or that one has twice.
    pub fn new(config: ConsumersConfig) -> Result<Self, ConfigErrors> {
        let mut errors = ConfigErrors::new();
        let mut keys = ApiKeys::new();
        for (name, consumer) in config.0 {
            let name: Arc<str> = name.into();
            for key in &consumer.keys {
                errors.take(keys.add(key.hash, consumer.identity(&name, key)));
            }
        }
        errors.or(Self {
            keys: Arc::new(keys),
        })
    }

    /// The API keys of all consumers.
    pub fn keys(&self) -> &Arc<ApiKeys> {
        &self.keys
    }
}

impl ConsumerConfig {
    /// What is known of a caller who has `key`.
    fn identity(&self, name: &Arc<str>, key: &ConsumerKeyConfig) -> Identity {
        let plan = self
            .plan
            .iter()
            .map(|plan| ("plan".to_owned(), plan.as_str().into()));
        Identity::builder(ApiKeyLayer::TYPE, key.label.as_deref().unwrap_or(name))
            .consumer(Arc::clone(name))
            .groups(self.groups.iter().cloned())
            .claims(plan.collect())
            .build()
    }
}
