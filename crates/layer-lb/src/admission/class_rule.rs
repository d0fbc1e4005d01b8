//! Which class a request has.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum_core::body::Body;
use gateway_core::expression::Expression;
use gateway_core::facts::{FactId, Identity};
use http::{Extensions, Request};

use super::class::Class;

/// Which class the requests of a route have.
///
/// ```
/// use gateway_core::facts::Identity;
/// use layer_lb::{Class, ClassRule};
///
/// let rule = ClassRule::Groups([("partners", Class::Critical)].into_iter().collect());
/// let mut request = http::Request::new(axum_core::body::Body::empty());
/// assert_eq!(rule.class(&mut request), Class::Default);
/// let caller = Identity::builder("api-key", "ci").groups(["partners"]).build();
/// request.extensions_mut().insert(caller);
/// assert_eq!(rule.class(&mut request), Class::Critical);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassRule {
    /// All the same.
    Fixed(Class),
    /// By the consumer that calls; others are of the default class.
    Consumers(Classes),
    /// By the groups of the caller, of which the most important counts; who is in none is of the default class.
    Groups(Classes),
    /// By the value of an expression, the name of a class; whatever else it gives means the default class.
    Expression(Expression),
}

/// Names and their classes. Cheap to clone.
///
/// ```
/// use layer_lb::{Class, Classes};
///
/// let classes: Classes = [("partners", Class::Critical)].into_iter().collect();
/// assert_eq!(classes.of("partners"), Some(Class::Critical));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes(Arc<BTreeMap<String, Class>>);

impl Classes {
    /// The class that stands beside this name.
    pub fn of(&self, name: &str) -> Option<Class> {
        self.0.get(name).copied()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn contains(&self, class: Class) -> bool {
        self.0.values().any(|other| *other == class)
    }
}

impl<N: Into<String>> FromIterator<(N, Class)> for Classes {
    fn from_iter<I: IntoIterator<Item = (N, Class)>>(classes: I) -> Self {
        let classes = classes.into_iter();
        Self(Arc::new(
            classes.map(|(name, class)| (name.into(), class)).collect(),
        ))
    }
}

impl ClassRule {
    /// The class of `request`, whose head is back in its place afterwards.
    pub fn class(&self, request: &mut Request<Body>) -> Class {
        match self {
            Self::Fixed(class) => *class,
            Self::Consumers(classes) => by_consumer(classes, request.extensions()),
            Self::Groups(classes) => by_group(classes, request.extensions()),
            Self::Expression(expression) => by_expression(expression, request),
        }
    }

    /// The facts it reads.
    pub fn needs(&self) -> Vec<FactId> {
        match self {
            Self::Fixed(_) => Vec::new(),
            Self::Consumers(_) | Self::Groups(_) => vec![FactId::of::<Identity>()],
            Self::Expression(expression) => expression.needs().to_vec(),
        }
    }

    /// Whether a request may come out as critical, so that room must be kept for it.
    pub(crate) fn may_be_critical(&self) -> bool {
        match self {
            Self::Fixed(class) => *class == Class::Critical,
            Self::Consumers(classes) | Self::Groups(classes) => classes.contains(Class::Critical),
            Self::Expression(_) => true,
        }
    }
}

impl Default for ClassRule {
    fn default() -> Self {
        Self::Fixed(Class::default())
    }
}

impl From<Class> for ClassRule {
    fn from(class: Class) -> Self {
        Self::Fixed(class)
    }
}

fn by_consumer(classes: &Classes, facts: &Extensions) -> Class {
    let consumer = facts.get::<Identity>().and_then(Identity::consumer);
    let class = consumer.and_then(|consumer| classes.of(consumer));
    class.unwrap_or_default()
}

fn by_group(classes: &Classes, facts: &Extensions) -> Class {
    let groups = facts.get::<Identity>().map_or(&[][..], Identity::groups);
    let classes = groups.iter().filter_map(|group| classes.of(group));
    classes.max().unwrap_or_default()
}

fn by_expression(expression: &Expression, request: &mut Request<Body>) -> Class {
    let (parts, body) = std::mem::take(request).into_parts();
    let name = expression.evaluate_string(&parts);
    *request = Request::from_parts(parts, body);
    match name.as_deref().map(Class::named) {
        Ok(Some(class)) => class,
        Ok(None) => {
            tracing::debug!(expression = expression.source(), "no class has this name");
            Class::default()
        }
        Err(error) => {
            tracing::debug!(expression = expression.source(), %error, "a class has no value");
            Class::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(consumer: &str, groups: &[&str]) -> Request<Body> {
        let identity = Identity::builder("api-key", "key")
            .consumer(consumer)
            .groups(groups.iter().copied())
            .build();
        let mut request = Request::post("/batch").body(Body::empty()).unwrap();
        request.extensions_mut().insert(identity);
        request
    }

    #[test]
    fn by_whom_and_by_what() {
        let acme = [("acme", Class::Background)];
        let consumers = ClassRule::Consumers(acme.into_iter().collect());
        assert_eq!(
            consumers.class(&mut request("acme", &[])),
            Class::Background
        );
        assert_eq!(consumers.class(&mut request("other", &[])), Class::Default);
        let both = [
            ("crawlers", Class::Background),
            ("partners", Class::Critical),
        ];
        let groups = ClassRule::Groups(both.into_iter().collect());
        let of = |names: &[&str]| groups.class(&mut request("acme", names));
        assert_eq!(of(&["crawlers", "partners"]), Class::Critical);
        assert_eq!(of(&["crawlers"]), Class::Background);
        assert_eq!(of(&["others"]), Class::Default);
    }

    #[test]
    fn by_expression_and_the_head_is_whole_afterwards() {
        for (source, class) in [
            (
                r#"request.path == "/batch" ? "background" : "default""#,
                Class::Background,
            ),
            (
                r#""partners" in identity.groups ? "critical" : "default""#,
                Class::Critical,
            ),
            (r#""urgent""#, Class::Default),
            (r#"request.headers["x-class"]"#, Class::Default),
        ] {
            let rule = ClassRule::Expression(source.parse().unwrap());
            let mut request = request("acme", &["partners"]);
            assert_eq!(rule.class(&mut request), class, "{source}");
            assert_eq!(request.uri(), "/batch");
            assert!(request.extensions().get::<Identity>().is_some());
        }
    }
}
