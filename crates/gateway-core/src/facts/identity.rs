//! Who is calling.

use std::sync::Arc;

use super::Fact;

/// Who is calling, as an authentication layer established it. Cheap to clone.
///
/// ```
/// use gateway_core::facts::Identity;
///
/// let identity = Identity::builder("api-key", "ci")
///     .consumer("acme")
///     .groups(["partners"])
///     .build();
/// assert_eq!(identity.consumer(), Some("acme"));
/// assert!(identity.groups().iter().any(|group| group == "partners"));
/// ```
#[derive(Clone, Debug)]
pub struct Identity(Arc<IdentityBuilder>);

/// Collects what is known of a caller; made by [`Identity::builder`].
#[derive(Clone, Debug)]
pub struct IdentityBuilder {
    method: &'static str,
    subject: String,
    consumer: Option<Arc<str>>,
    groups: Vec<String>,
    scopes: Vec<String>,
    claims: serde_json::Map<String, serde_json::Value>,
}

impl Identity {
    /// Begins an identity that the authentication `method` (the layer's type, such as `api-key`) established
    /// for `subject` (what the credential itself names: a key's label, a token's `sub`).
    pub fn builder(method: &'static str, subject: impl Into<String>) -> IdentityBuilder {
        IdentityBuilder {
            method,
            subject: subject.into(),
            consumer: None,
            groups: Vec::new(),
            scopes: Vec::new(),
            claims: serde_json::Map::new(),
        }
    }

    /// How the caller proved who they are.
    pub fn method(&self) -> &'static str {
        self.0.method
    }

    /// Whom the credential names.
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The configured consumer the credential belongs to, if it belongs to one.
    pub fn consumer(&self) -> Option<&str> {
        self.0.consumer.as_deref()
    }

    /// The groups of the consumer.
    pub fn groups(&self) -> &[String] {
        &self.0.groups
    }

    /// The scopes the credential grants.
    pub fn scopes(&self) -> &[String] {
        &self.0.scopes
    }

    /// Everything else the credential states.
    pub fn claims(&self) -> &serde_json::Map<String, serde_json::Value> {
        &self.0.claims
    }
}

impl Fact for Identity {
    const NAME: &'static str = "identity";
}

impl IdentityBuilder {
    /// Names the configured consumer.
    #[must_use]
    pub fn consumer(mut self, consumer: impl Into<Arc<str>>) -> Self {
        self.consumer = Some(consumer.into());
        self
    }

    /// Sets the groups.
    #[must_use]
    pub fn groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the scopes.
    #[must_use]
    pub fn scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the claims.
    #[must_use]
    pub fn claims(mut self, claims: serde_json::Map<String, serde_json::Value>) -> Self {
        self.claims = claims;
        self
    }

    /// The finished identity.
    pub fn build(self) -> Identity {
        Identity(Arc::new(self))
    }
}
