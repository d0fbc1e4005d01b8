//! What is done to the header fields of a message.

use gateway_core::config::Diagnosis;
use gateway_core::facts::FactId;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::protected::changeable;
use super::value::{Value, compute};

/// What is done to the header fields of a message: first `remove`, then `set`, then `add`.
///
/// ```
/// use http::{HeaderName, HeaderValue, Request};
/// use layer_transform::headers::{Edits, Value};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut edits = Edits::new();
/// edits
///     .remove(HeaderName::from_static("x-debug"))?
///     .set(HeaderName::from_static("x-method"), Value::Expression("request.method".parse()?))?;
///
/// let (mut parts, ()) = Request::get("/").header("x-debug", "1").body(())?.into_parts();
/// let computed = edits.compute(&parts);
/// edits.apply(computed, &mut parts.headers);
/// assert_eq!(parts.headers["x-method"], "GET");
/// assert!(!parts.headers.contains_key("x-debug"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Edits {
    remove: Vec<HeaderName>,
    set: Vec<(HeaderName, Value)>,
    add: Vec<(HeaderName, Value)>,
}

/// What the expressions among some [`Edits`] gave for one request, in their order. Where there is none, it
/// costs no allocation.
#[derive(Clone, Debug, Default)]
pub struct Computed(Vec<Option<HeaderValue>>);

impl Edits {
    /// Nothing is done.
    pub fn new() -> Self {
        Self::default()
    }

    /// Removes all lines of the field `name`.
    ///
    /// # Errors
    /// When the field is not for a layer to change (`host`, those of the message's framing and those of the
    /// connection), or is also set.
    pub fn remove(&mut self, name: HeaderName) -> Result<&mut Self, Diagnosis> {
        changeable(&name)?;
        if contains(&self.set, &name) {
            return Err(set_and_removed(&name));
        }
        self.remove.push(name);
        Ok(self)
    }

    /// Gives the field `name` this one value, in the place of all it had. Where an expression has no value,
    /// the field is removed, so that nobody outside can supply what was to be set here.
    ///
    /// # Errors
    /// When the field is not for a layer to change, is also removed, or is set twice.
    pub fn set(
        &mut self,
        name: HeaderName,
        value: impl Into<Value>,
    ) -> Result<&mut Self, Diagnosis> {
        changeable(&name)?;
        if self.remove.contains(&name) {
            return Err(set_and_removed(&name));
        }
        if contains(&self.set, &name) {
            return Err(Diagnosis::new(format!("`{name}` is set twice")).help("give it one value"));
        }
        self.set.push((name, value.into()));
        Ok(self)
    }

    /// Adds a line to the field `name`, after those it has. Where an expression has no value, none is added.
    ///
    /// # Errors
    /// When the field is not for a layer to change.
    pub fn add(
        &mut self,
        name: HeaderName,
        value: impl Into<Value>,
    ) -> Result<&mut Self, Diagnosis> {
        changeable(&name)?;
        self.add.push((name, value.into()));
        Ok(self)
    }

    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        self.remove.is_empty() && self.set.is_empty() && self.add.is_empty()
    }

    /// The facts that the expressions read.
    pub fn needs(&self) -> impl Iterator<Item = FactId> {
        self.values().flat_map(Value::needs).copied()
    }

    /// Evaluates the expressions for a request. It comes before [`apply`](Self::apply), so that an expression
    /// can still read a field that the edits remove.
    pub fn compute(&self, parts: &Parts) -> Computed {
        let expressions = self.values().filter_map(|value| match value {
            Value::Fixed(_) => None,
            Value::Expression(expression) => Some(compute(expression, parts)),
        });
        Computed(expressions.collect())
    }

    /// Does it.
    pub fn apply(&self, computed: Computed, headers: &mut HeaderMap) {
        let mut computed = computed.0.into_iter();
        let mut resolve = |value: &Value| match value {
            Value::Fixed(value) => Some(value.clone()),
            Value::Expression(_) => computed.next().flatten(),
        };
        for name in &self.remove {
            headers.remove(name);
        }
        for (name, value) in &self.set {
            match resolve(value) {
                Some(value) => headers.insert(name.clone(), value),
                None => headers.remove(name),
            };
        }
        for (name, value) in &self.add {
            if let Some(value) = resolve(value) {
                headers.append(name.clone(), value);
            }
        }
    }

    /// All values, in the order in which they are applied.
    fn values(&self) -> impl Iterator<Item = &Value> {
        self.set.iter().chain(&self.add).map(|(_, value)| value)
    }
}

fn contains(fields: &[(HeaderName, Value)], name: &HeaderName) -> bool {
    fields.iter().any(|(field, _)| field == name)
}

fn set_and_removed(name: &HeaderName) -> Diagnosis {
    Diagnosis::new(format!("`{name}` is both set and removed"))
        .help("leave it out of `remove`: what is set replaces all that was there")
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const A: HeaderName = HeaderName::from_static("x-a");
    const B: HeaderName = HeaderName::from_static("x-b");

    fn fixed(text: &'static str) -> Value {
        Value::Fixed(HeaderValue::from_static(text))
    }

    fn cel(source: &str) -> Value {
        Value::Expression(source.parse().unwrap())
    }

    /// The lines of `x-a` and `x-b` after `edits` of a request that had these.
    fn edited(edits: &Edits, before: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let mut request = Request::get("/orders?page=2");
        for (name, value) in before {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        let computed = edits.compute(&parts);
        edits.apply(computed, &mut parts.headers);
        let lines = |name| {
            let values = parts.headers.get_all(name).iter();
            values.map(move |value| (name, value.to_str().unwrap().to_owned()))
        };
        lines("x-a").chain(lines("x-b")).collect()
    }

    fn line(name: &'static str, value: &str) -> (&'static str, String) {
        (name, value.to_owned())
    }

    #[test]
    fn set_replaces_and_add_appends() {
        let mut edits = Edits::new();
        edits
            .set(A, fixed("1"))
            .unwrap()
            .add(A, fixed("2"))
            .unwrap()
            .add(B, fixed("3"))
            .unwrap();
        assert_eq!(
            edited(&edits, &[("x-a", "old"), ("x-a", "older"), ("x-b", "kept")]),
            [
                line("x-a", "1"),
                line("x-a", "2"),
                line("x-b", "kept"),
                line("x-b", "3")
            ]
        );
    }

    #[test]
    fn remove_comes_before_add() {
        let mut edits = Edits::new();
        edits
            .add(A, fixed("ours"))
            .unwrap()
            .remove(A)
            .unwrap()
            .remove(B)
            .unwrap();
        assert_eq!(
            edited(&edits, &[("x-a", "theirs"), ("x-b", "1"), ("x-b", "2")]),
            [line("x-a", "ours")]
        );
    }

    #[test]
    fn expressions_see_the_head_as_it_arrived() {
        let mut edits = Edits::new();
        edits
            .set(A, cel("request.headers['x-b']"))
            .unwrap()
            .remove(B)
            .unwrap();
        edits.add(A, cel("int(request.query.page) + 1")).unwrap();
        assert_eq!(
            edited(&edits, &[("x-b", "moved")]),
            [line("x-a", "moved"), line("x-a", "3")]
        );
    }

    #[test]
    fn without_a_value_set_removes_and_add_leaves_be() {
        for source in ["request.headers['x-none']", "null", "[1]", r#""a\nb""#] {
            let mut edits = Edits::new();
            edits
                .set(A, cel(source))
                .unwrap()
                .add(B, cel(source))
                .unwrap();
            let before = [("x-a", "forged"), ("x-b", "kept")];
            assert_eq!(edited(&edits, &before), [line("x-b", "kept")], "{source}");
        }
    }

    #[test]
    fn protected_fields_and_contradictions_are_refused() {
        for name in [
            "host",
            "content-length",
            "transfer-encoding",
            "trailer",
            "connection",
            "te",
            "upgrade",
        ] {
            let mut edits = Edits::new();
            let name = HeaderName::from_static(name);
            assert!(edits.set(name.clone(), fixed("x")).is_err(), "{name}");
            assert!(edits.add(name.clone(), fixed("x")).is_err(), "{name}");
            assert!(edits.remove(name.clone()).is_err(), "{name}");
            assert!(edits.is_empty());
        }
        let mut edits = Edits::new();
        edits.set(A, fixed("1")).unwrap().remove(B).unwrap();
        assert!(
            edits.remove(A).is_err()
                && edits.set(B, fixed("1")).is_err()
                && edits.set(A, fixed("2")).is_err()
        );
    }
}
