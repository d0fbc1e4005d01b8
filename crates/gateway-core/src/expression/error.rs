//! Why an expression gave no value.

use cel::ExecutionError;

/// Why an expression gave no value for a request. Its text may repeat parts of the request: it is for the
/// log, not for the client.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExpressionError {
    /// Something it reads is not there, such as a header that was not sent.
    #[error("`{0}` is not there")]
    Missing(String),
    /// It cannot be evaluated, as when a string is added to a number.
    #[error("{0}")]
    Failed(String),
    /// It gave a value of another type than the place calls for.
    #[error("it gave a {found} where a {wanted} is wanted")]
    Type {
        /// The type of the value.
        found: String,
        /// What was wanted.
        wanted: &'static str,
    },
}

impl From<ExecutionError> for ExpressionError {
    fn from(error: ExecutionError) -> Self {
        match error {
            ExecutionError::NoSuchKey(key) => Self::Missing(key.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}
