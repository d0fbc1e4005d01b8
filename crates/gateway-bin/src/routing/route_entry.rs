//! What goes into a table of routes.

use std::sync::Arc;

use gateway_core::config::Span;

use super::Pattern;

/// A route as it goes into a [`RouteTable`](super::RouteTable).
#[derive(Debug)]
pub struct RouteEntry<T> {
    /// The name, which is unique.
    pub name: Arc<str>,
    /// The place in the file that errors point at.
    pub span: Span,
    /// The higher comes first, whatever else is said; 0 by default.
    pub priority: i32,
    /// Which requests the route is for.
    pub pattern: Pattern,
    /// What is done with them.
    pub action: T,
}
