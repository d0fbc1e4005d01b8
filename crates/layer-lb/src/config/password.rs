//! A password that an upstream's table may hold.

use gateway_core::config::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// A [`Secret`] in a table that can be compared and written; written, it shows nothing of itself.
///
/// ```
/// use gateway_core::config::Secret;
/// use layer_lb::Password;
///
/// let password = Password::from(Secret::new("hunter2"));
/// assert_eq!(serde_json::to_string(&password)?, "\"***\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Password(Secret);

impl Password {
    /// The password.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

impl From<Secret> for Password {
    fn from(secret: Secret) -> Self {
        Self(secret)
    }
}

/// For comparing two configurations of one operator; no client's guess is ever compared so.
impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl Eq for Password {}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("***")
    }
}
