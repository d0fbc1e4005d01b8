//! An expression, compiled once and evaluated for each request.

use std::fmt;
use std::sync::Arc;

use cel::common::types::{CelBool, CelDouble, CelInt, CelString, CelUInt};
use cel::common::value::Val;
use cel::{Context, Value};
use http::request::Parts;

use super::ExpressionError;
use super::compile::{Compiled, compile};
use super::environment;
use super::kind::Kind;
use super::variables::Variables;
use crate::config::{Diagnosis, Text};
use crate::facts::FactId;

/// An expression in CEL, compiled and checked. Cheap to clone.
///
/// ```
/// use gateway_core::expression::Expression;
/// use http::Request;
///
/// let expression: Expression = r#"request.method + " " + request.path"#.parse()?;
/// let (parts, _) = Request::post("/orders").body(())?.into_parts();
/// assert_eq!(expression.evaluate_string(&parts)?, "POST /orders");
///
/// let error = "request.metod".parse::<Expression>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`request` has no member `metod` (did you mean `request.method`?)",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Expression(Arc<Compiled>);

impl Expression {
    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The facts it reads; a stack that does not provide them is refused when the file is loaded.
    pub fn needs(&self) -> &[FactId] {
        &self.0.needs
    }

    /// Its value for a request.
    ///
    /// # Errors
    /// Where it reads what is not there, or cannot be evaluated, or its value is a map of the request as a
    /// whole, such as `request.headers`.
    pub fn evaluate(&self, parts: &Parts) -> Result<Value, ExpressionError> {
        self.with_value(parts, |value| Ok(Value::try_from(value)?))
    }

    /// Its value for a request, which must be true or false.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate), and where the value is something else.
    pub fn evaluate_bool(&self, parts: &Parts) -> Result<bool, ExpressionError> {
        self.with_value(parts, |value| match value.downcast_ref::<CelBool>() {
            Some(value) => Ok(*value.inner()),
            None => Err(mismatch(value, "bool")),
        })
    }

    /// Its value for a request as text: a string as it is, numbers and booleans as they are written.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate), and where the value is something else.
    pub fn evaluate_string(&self, parts: &Parts) -> Result<String, ExpressionError> {
        self.with_value(parts, |value| {
            text(value).ok_or_else(|| mismatch(value, "string"))
        })
    }

    /// The type of its value, where that does not depend on the request.
    pub(super) fn kind(&self) -> Option<Kind> {
        Kind::of(&self.0.tree)
    }

    fn with_value<T>(
        &self,
        parts: &Parts,
        read: impl FnOnce(&dyn Val) -> Result<T, ExpressionError>,
    ) -> Result<T, ExpressionError> {
        let variables = Variables {
            parts,
            patterns: &self.0.patterns,
        };
        let mut context = Context::with_env(environment::get());
        context.set_variable_resolver(&variables);
        let value = Value::resolve_val(&self.0.tree, &context)?;
        read(value.as_ref())
    }
}

fn text(value: &dyn Val) -> Option<String> {
    if let Some(value) = value.downcast_ref::<CelString<'_>>() {
        Some(value.inner().to_owned())
    } else if let Some(value) = value.downcast_ref::<CelInt>() {
        Some(value.inner().to_string())
    } else if let Some(value) = value.downcast_ref::<CelUInt>() {
        Some(value.inner().to_string())
    } else if let Some(value) = value.downcast_ref::<CelDouble>() {
        Some(value.inner().to_string())
    } else {
        let value = value.downcast_ref::<CelBool>()?;
        Some(value.inner().to_string())
    }
}

fn mismatch(value: &dyn Val, wanted: &'static str) -> ExpressionError {
    ExpressionError::Type {
        found: value.get_type().name().to_owned(),
        wanted,
    }
}

impl Text for Expression {
    const NAME: &'static str = "Expression";
    const WANTED: &'static str = "an expression such as 'request.headers[\"x-key\"]'";
    const DESCRIPTION: &'static str =
        "An expression in CEL over `request`, `client`, `route`, `path` and `identity`.";
    const EXAMPLES: &'static [&'static str] =
        &["identity.claims.tenant", "request.headers[\"x-key\"]"];

    fn from_text(source: &str) -> Result<Self, Diagnosis> {
        compile(source).map(|compiled| Self(Arc::new(compiled)))
    }
}

crate::text_value!(Expression);

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.source())
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source()).finish()
    }
}

impl PartialEq for Expression {
    /// Equal texts mean the same.
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl Eq for Expression {}
