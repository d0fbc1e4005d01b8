//! `redirect` in `[[routes]]`

use gateway_core::config::{Diagnosis, Located};
use http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

/// An answer that points elsewhere.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RedirectConfig {
    /// Where to: a path or a URL, in which `{name}` is what the route's path caught. The query is kept.
    #[schemars(regex(pattern = "^(/|https?://)"))]
    pub to: Located<String>,
    /// 301, 302, 303, 307 or 308; 308 by default.
    #[serde(default)]
    pub status: RedirectStatus,
}

/// A status that redirects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedirectStatus(StatusCode);

impl RedirectStatus {
    /// The status.
    pub fn get(self) -> StatusCode {
        self.0
    }
}

impl Default for RedirectStatus {
    fn default() -> Self {
        Self(StatusCode::PERMANENT_REDIRECT)
    }
}

impl<'de> Deserialize<'de> for RedirectStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let status = u16::deserialize(deserializer)?;
        let known = [301, 302, 303, 307, 308].contains(&status);
        let code = known.then(|| StatusCode::from_u16(status).ok()).flatten();
        code.map(Self).ok_or_else(|| {
            let diagnosis = Diagnosis::new(format!("the status {status} does not redirect"));
            serde::de::Error::custom(diagnosis.help("write 301, 302, 303, 307 or 308"))
        })
    }
}

impl JsonSchema for RedirectStatus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RedirectStatus".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A status that redirects.", "enum": [301, 302, 303, 307, 308], "default": 308 })
    }
}
