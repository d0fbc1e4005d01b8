//! What a header field is given.

use gateway_core::config::{self, Diagnosis, Secret, StringOrTable};
use gateway_core::expression::Expression;
use gateway_core::facts::FactId;
use http::HeaderValue;
use http::request::Parts;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use super::secret_value::{FromEnv, FromFile};

/// What a header field is given.
///
/// ```
/// use http::HeaderValue;
/// use layer_transform::headers::Value;
///
/// let fixed = Value::from(HeaderValue::from_static("DENY"));
/// let computed = Value::Expression("identity.claims.tenant".parse().unwrap());
/// ```
#[derive(Clone, Debug)]
pub enum Value {
    /// Always the same. A secret is marked as sensitive, so that `Debug` does not show it.
    Fixed(HeaderValue),
    /// What an expression makes of the request: text, a number or a boolean. For a request where it is
    /// anything else or cannot be evaluated, there is no value.
    Expression(Expression),
}

impl Value {
    /// The facts this reads.
    pub(super) fn needs(&self) -> &[FactId] {
        match self {
            Self::Fixed(_) => &[],
            Self::Expression(expression) => expression.needs(),
        }
    }

    /// A secret, which can be anything, as a header value.
    fn secret(secret: &Secret) -> Result<Self, Diagnosis> {
        let mut value = HeaderValue::try_from(secret.expose().trim_end())
            .map_err(|_| Diagnosis::new("the secret has characters that a header cannot have"))?;
        value.set_sensitive(true);
        Ok(Self::Fixed(value))
    }
}

/// The value of `expression` for a request; the log alone learns why there is none.
pub(super) fn compute(expression: &Expression, parts: &Parts) -> Option<HeaderValue> {
    let text = expression
        .evaluate_string(parts)
        .inspect_err(
            |error| tracing::debug!(%expression, %error, "a header's value cannot be computed"),
        )
        .ok()?;
    HeaderValue::try_from(text)
        .inspect_err(
            |error| tracing::debug!(%expression, %error, "a header cannot have the computed value"),
        )
        .ok()
}

impl From<HeaderValue> for Value {
    fn from(value: HeaderValue) -> Self {
        Self::Fixed(value)
    }
}

impl From<Expression> for Value {
    fn from(expression: Expression) -> Self {
        Self::Expression(expression)
    }
}

/// The long form of a header's value.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ValueTable {
    /// An expression over the request. Where it has no value, the field is left out.
    Cel(Expression),
    /// The environment variable that holds the value, read when the file is loaded and never shown.
    Env(FromEnv),
    /// The file that holds the value, read when this file is loaded and never shown; a relative path stands
    /// beside this file.
    File(FromFile),
}

impl StringOrTable for Value {
    const NAME: &'static str = "SetHeaderValue";
    const WANTED: &'static str = "text, { cel = '…' }, { env = \"NAME\" } or { file = \"path\" }";
    type Table = ValueTable;

    fn from_text(text: &str) -> Result<Self, Diagnosis> {
        text.parse::<config::HeaderValue>()
            .map(|value| Self::Fixed(value.into_inner()))
    }

    fn from_table(table: ValueTable) -> Result<Self, Diagnosis> {
        match table {
            ValueTable::Cel(expression) => Ok(Self::Expression(expression)),
            ValueTable::Env(FromEnv(secret)) | ValueTable::File(FromFile(secret)) => {
                Self::secret(&secret)
            }
        }
    }

    fn text_schema(generator: &mut SchemaGenerator) -> Schema {
        config::HeaderValue::json_schema(generator)
    }
}

gateway_core::string_or_table!(Value);
