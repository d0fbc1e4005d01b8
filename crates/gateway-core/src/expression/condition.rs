//! An expression that is true or false.

use std::fmt;

use http::request::Parts;

use super::kind::Kind;
use super::{Expression, ExpressionError};
use crate::config::{Diagnosis, Text};
use crate::facts::FactId;

/// An expression that is true or false. One that is certainly something else is refused when the file is
/// loaded.
///
/// What an error means depends on what the condition decides, so there are two ways to ask:
///
/// - [`holds`](Self::holds), where *true* opens something (a route matches, a caller may): an error counts as
///   false.
/// - [`evaluate`](Self::evaluate), where *true* closes something (a layer applies, a caller is refused): take
///   an error for true, or a client that leaves out a header switches a policy off.
///
/// ```
/// use gateway_core::expression::Condition;
/// use http::Request;
///
/// let canary: Condition = r#"request.headers["x-canary"] == "yes""#.parse()?;
/// let (parts, _) = Request::get("/").body(())?.into_parts();
/// assert!(!canary.holds(&parts));
/// assert!(canary.evaluate(&parts).is_err());
///
/// assert!("request.path".parse::<Condition>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(Expression);

impl Condition {
    /// Whether it holds for a request.
    ///
    /// # Errors
    /// Where it reads what is not there or cannot be evaluated.
    pub fn evaluate(&self, parts: &Parts) -> Result<bool, ExpressionError> {
        self.0.evaluate_bool(parts)
    }

    /// Whether it certainly holds for a request: an error counts as false and is logged at debug level.
    pub fn holds(&self, parts: &Parts) -> bool {
        self.evaluate(parts).unwrap_or_else(|error| {
            tracing::debug!(condition = self.source(), %error, "a condition has no value");
            false
        })
    }

    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        self.0.source()
    }

    /// The facts it reads.
    pub fn needs(&self) -> &[FactId] {
        self.0.needs()
    }
}

impl TryFrom<Expression> for Condition {
    type Error = Diagnosis;

    fn try_from(expression: Expression) -> Result<Self, Diagnosis> {
        match expression.kind() {
            None | Some(Kind::Bool) => Ok(Self(expression)),
            Some(kind) => {
                let message = format!("the condition gives {kind}, not true or false");
                Err(Diagnosis::new(message).help("compare it, as in `request.method == \"GET\"`"))
            }
        }
    }
}

impl Text for Condition {
    const NAME: &'static str = "Condition";
    const WANTED: &'static str = "a condition such as 'request.method == \"GET\"'";
    const DESCRIPTION: &'static str = "An expression in CEL that is true or false.";
    const EXAMPLES: &'static [&'static str] = &["request.method != \"GET\""];

    fn from_text(source: &str) -> Result<Self, Diagnosis> {
        Expression::from_text(source)?.try_into()
    }
}

crate::text_value!(Condition);

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
