//! The functions and macros of CEL as the interpreter wants them.

use std::sync::Arc;

use cel::common::types::{STRING_TYPE, Type};
use cel::{DeclarationError, Env, extensions};

use super::patterns;

thread_local! {
    /// One environment for each thread: evaluations clone it, and threads that count the same references
    /// would wait for each other.
    static ENVIRONMENT: Arc<Env> = Arc::new(environment());
}

/// The environment that expressions are parsed and evaluated in.
pub(super) fn get() -> Arc<Env> {
    ENVIRONMENT.with(Arc::clone)
}

fn environment() -> Env {
    let mut environment = Env::stdlib();
    if let Err(error) = extend(&mut environment) {
        // Only a name that is declared twice can get here; the tests call every function there is.
        tracing::error!(%error, "an expression function is not available");
    }
    environment
}

fn extend(environment: &mut Env) -> Result<(), DeclarationError> {
    environment.add_extension(extensions::strings)?;
    environment.add_member_overload(
        patterns::MATCHES,
        "string_matches_pattern",
        STRING_TYPE,
        vec![Type::new_unspecified_type(patterns::TYPE_NAME)],
        patterns::matches,
    )
}
