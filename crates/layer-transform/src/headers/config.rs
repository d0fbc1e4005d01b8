//! What the operator writes in `[layers.NAME]`.

use gateway_core::config::{ConfigErrors, HeaderName, Located, Span};
use gateway_core::facts::FactId;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Edits, FieldTable, Value};

/// `type = "headers"`: sets, adds and removes header fields.
///
/// ```
/// use gateway_core::config::{ConfigErrors, Document, Source, decode};
/// use layer_transform::headers::HeadersConfig;
///
/// let text = r#"
/// request = { set = { x-tenant = { cel = 'identity.claims.tenant' } }, remove = ["x-debug"] }
/// response = { set = { x-frame-options = "DENY" }, remove = ["server"] }
/// "#;
/// let source = Source::new("gateway.toml", text);
/// let document = Document::parse(&source, &mut ConfigErrors::new()).unwrap();
/// let config: HeadersConfig = decode(document.root()).unwrap();
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HeadersConfig {
    /// What is done to requests on the way in.
    #[serde(default)]
    pub(super) request: EditsConfig,
    /// What is done to responses on the way out, the gateway's own refusals included. Expressions here read
    /// the request too, as it arrived.
    #[serde(default)]
    pub(super) response: EditsConfig,
}

/// What is done to the header fields of a message: first `remove`, then `set`, then `add`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EditsConfig {
    /// Fields that get this one value in the place of all they had. A field whose expression has no value is
    /// removed.
    #[serde(default)]
    set: FieldTable,
    /// Fields that get one line more.
    #[serde(default)]
    add: FieldTable,
    /// Fields that are removed.
    #[serde(default)]
    remove: Vec<Located<HeaderName>>,
}

impl HeadersConfig {
    /// The facts that the expressions read.
    pub(super) fn needs(&self) -> impl Iterator<Item = FactId> {
        self.request
            .values()
            .chain(self.response.values())
            .flat_map(Value::needs)
            .copied()
    }
}

impl EditsConfig {
    /// What this means.
    pub(super) fn edits(self, errors: &mut ConfigErrors) -> Edits {
        let mut edits = Edits::new();
        for name in self.remove {
            let (name, span) = split(name);
            errors.take(edits.remove(name).map_err(|error| error.at(span)));
        }
        for (name, value) in self.set.0 {
            let (name, span) = split(name);
            errors.take(edits.set(name, value).map_err(|error| error.at(span)));
        }
        for (name, value) in self.add.0 {
            let (name, span) = split(name);
            errors.take(edits.add(name, value).map_err(|error| error.at(span)));
        }
        edits
    }

    fn values(&self) -> impl Iterator<Item = &Value> {
        self.set.0.iter().chain(&self.add.0).map(|(_, value)| value)
    }
}

fn split(name: Located<HeaderName>) -> (http::HeaderName, Span) {
    let span = name.span();
    (name.into_inner().into_inner(), span)
}
