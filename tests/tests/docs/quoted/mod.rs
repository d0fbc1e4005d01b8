//! The code that the documentation quotes, compiled and run.

pub(crate) mod agents;
pub(crate) mod greeting;
pub(crate) mod limit_in_axum;
pub(crate) mod whole_gateway;
