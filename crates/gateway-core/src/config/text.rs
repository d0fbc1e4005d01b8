//! Values that are written as one string.

use std::fmt::{self, Display};
use std::marker::PhantomData;

use schemars::{Schema, json_schema};
use serde::Deserializer;
use serde::de::{Error, Visitor};

use super::Diagnosis;

/// A value that is written as one string in the file, such as a duration. [`text_value!`](crate::text_value)
/// makes it readable, writable and described: it implements `Deserialize`, `Serialize`, `JsonSchema` and
/// `FromStr`.
///
/// ```
/// use std::fmt;
/// use gateway_core::config::{Diagnosis, Text};
///
/// /// A colour of the traffic light.
/// #[derive(Debug, PartialEq)]
/// struct Colour(String);
///
/// impl Text for Colour {
///     const NAME: &'static str = "Colour";
///     const WANTED: &'static str = "a colour such as \"red\"";
///     const DESCRIPTION: &'static str = "A colour of the traffic light.";
///     const EXAMPLES: &'static [&'static str] = &["red", "green"];
///
///     fn from_text(text: &str) -> Result<Self, Diagnosis> {
///         match text {
///             "red" | "amber" | "green" => Ok(Self(text.to_owned())),
///             _ => Err(Diagnosis::new("no traffic light shows this").help("write \"red\"")),
///         }
///     }
/// }
///
/// impl fmt::Display for Colour {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str(&self.0)
///     }
/// }
///
/// gateway_core::text_value!(Colour);
///
/// let colour: Colour = serde_json::from_str("\"red\"").unwrap();
/// assert_eq!(colour, Colour("red".into()));
/// let error = serde_json::from_str::<Colour>("\"blue\"").unwrap_err();
/// assert!(error.to_string().starts_with("no traffic light shows this (write \"red\")"));
/// ```
pub trait Text: Sized + Display {
    /// The name in the JSON Schema.
    const NAME: &'static str;
    /// What errors ask for: `a duration such as "5s"`.
    const WANTED: &'static str;
    /// What the JSON Schema says about it.
    const DESCRIPTION: &'static str;
    /// Examples for the JSON Schema.
    const EXAMPLES: &'static [&'static str];
    /// The regular expression of the JSON Schema, if one can be given.
    const PATTERN: Option<&'static str> = None;

    /// Reads the text.
    ///
    /// # Errors
    /// What is wrong with it, and what to write instead.
    fn from_text(text: &str) -> Result<Self, Diagnosis>;

    /// Reads a number that was written where the string belongs. It is refused unless the type says
    /// otherwise.
    ///
    /// # Errors
    /// What to write instead.
    fn from_number(number: f64) -> Result<Self, Diagnosis> {
        let wanted = Self::WANTED;
        Err(Diagnosis::new(format!(
            "expected {wanted}, found the number {number}"
        )))
    }

    /// The JSON Schema.
    fn schema() -> Schema {
        let mut schema = json_schema!({
            "type": "string",
            "description": Self::DESCRIPTION,
            "examples": Self::EXAMPLES,
        });
        if let Some(pattern) = Self::PATTERN {
            schema.insert("pattern".into(), pattern.into());
        }
        schema
    }
}

/// Implements `Deserialize`, `Serialize`, `JsonSchema` and `FromStr` for a type that implements
/// [`Text`](crate::config::Text).
#[macro_export]
macro_rules! text_value {
    ($type:ty) => {
        impl<'de> $crate::config::macro_support::Deserialize<'de> for $type {
            fn deserialize<D: $crate::config::macro_support::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::config::macro_support::text(deserializer)
            }
        }

        impl $crate::config::macro_support::Serialize for $type {
            fn serialize<S: $crate::config::macro_support::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl ::std::str::FromStr for $type {
            type Err = $crate::config::Diagnosis;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                <Self as $crate::config::Text>::from_text(text)
            }
        }

        impl $crate::config::macro_support::JsonSchema for $type {
            fn schema_name() -> $crate::config::macro_support::Cow<'static, str> {
                <Self as $crate::config::Text>::NAME.into()
            }

            fn json_schema(
                _: &mut $crate::config::macro_support::SchemaGenerator,
            ) -> $crate::config::macro_support::Schema {
                <Self as $crate::config::Text>::schema()
            }
        }
    };
}

/// Reads a [`Text`] with any deserializer.
///
/// # Errors
/// What is wrong with the value.
pub fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: Text> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WANTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        // Numbers that a float cannot hold exactly are far beyond what any text value means.
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        T::from_number(number).map_err(E::custom)
    }
}
