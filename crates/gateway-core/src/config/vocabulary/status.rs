//! The status of a response: 404.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::config::Diagnosis;

/// The status of a response, from 100 to 599.
///
/// ```
/// use gateway_core::config::Status;
///
/// let status: Status = serde_json::from_str("404").unwrap();
/// assert_eq!(*status, http::StatusCode::NOT_FOUND);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(http::StatusCode);

impl Status {
    /// The plain value.
    pub const fn get(self) -> http::StatusCode {
        self.0
    }

    fn from_number(number: i64) -> Result<Self, Diagnosis> {
        u16::try_from(number)
            .ok()
            .filter(|number| (100..=599).contains(number))
            .and_then(|number| http::StatusCode::from_u16(number).ok())
            .map(Self)
            .ok_or_else(|| {
                Diagnosis::new(format!("{number} is no status: they go from 100 to 599"))
            })
    }
}

struct StatusVisitor;

impl Visitor<'_> for StatusVisitor {
    type Value = Status;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status number such as 404")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Status, E> {
        Status::from_number(number).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Status, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatusVisitor)
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.0.as_u16())
    }
}

impl JsonSchema for Status {
    fn schema_name() -> Cow<'static, str> {
        "Status".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "description": "The status of a response.",
            "minimum": 100,
            "maximum": 599,
            "examples": [200, 308, 404],
        })
    }
}

impl Deref for Status {
    type Target = http::StatusCode;

    fn deref(&self) -> &http::StatusCode {
        &self.0
    }
}

impl From<http::StatusCode> for Status {
    fn from(status: http::StatusCode) -> Self {
        Self(status)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_u16())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::testing::value;

    #[test]
    fn numbers_in_range_only() {
        assert_eq!(value::<Status>("308").unwrap().as_u16(), 308);
        assert_eq!(
            value::<Status>("99").unwrap_err(),
            "99 is no status: they go from 100 to 599"
        );
        assert_eq!(
            value::<Status>("70000").unwrap_err(),
            "70000 is no status: they go from 100 to 599"
        );
        assert_eq!(
            value::<Status>("'200'").unwrap_err(),
            "expected a status number such as 404, found the string \"200\" (write 200 without the quotes)"
        );
    }
}
