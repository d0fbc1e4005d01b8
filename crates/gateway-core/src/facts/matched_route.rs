//! The route that won, with the parameters its path pattern caught.

use std::sync::Arc;

use super::Fact;

/// The route that was chosen for a request.
///
/// ```
/// use gateway_core::facts::{MatchedRoute, PathParameters};
///
/// let route = MatchedRoute::new("orders", PathParameters::from_iter([("id", "42")]));
/// assert_eq!(route.name(), "orders");
/// assert_eq!(route.parameters().get("id"), Some("42"));
/// ```
#[derive(Clone, Debug)]
pub struct MatchedRoute {
    name: Arc<str>,
    parameters: PathParameters,
}

impl MatchedRoute {
    /// The route `name`, which caught `parameters`.
    pub fn new(name: impl Into<Arc<str>>, parameters: PathParameters) -> Self {
        Self {
            name: name.into(),
            parameters,
        }
    }

    /// The name the route has in the file: a safe label for metrics, since it comes from the operator.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the path pattern caught.
    pub fn parameters(&self) -> &PathParameters {
        &self.parameters
    }
}

impl Fact for MatchedRoute {
    const NAME: &'static str = "matched-route";
}

/// The parameters a path pattern such as `/orders/{id}` caught, in the pattern's order, as they stand in the
/// canonical path: escapes that remained in it are not decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathParameters(Vec<(Arc<str>, Box<str>)>);

impl PathParameters {
    /// The value of the parameter `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find_map(|(n, value)| (n == name).then_some(value))
    }

    /// All parameters with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether the pattern caught nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<Arc<str>>, V: Into<Box<str>>> FromIterator<(N, V)> for PathParameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(parameters: I) -> Self {
        Self(
            parameters
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}
