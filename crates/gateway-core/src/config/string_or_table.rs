//! Values with a short form, a string, and a long one, a table.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserializer;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};

use super::Diagnosis;

/// A value that is a string in the simple case and a table where more is to be said, such as
/// `endpoints = ["http://a", { url = "http://b", weight = 2 }]` or `key = "address"` beside
/// `key = { header = "x-user" }`. [`string_or_table!`](crate::string_or_table) implements `Deserialize`
/// and `JsonSchema` for it. An error in the table keeps its place, unlike with `serde(untagged)`.
///
/// ```
/// use gateway_core::config::{Diagnosis, StringOrTable};
///
/// #[derive(Debug, PartialEq)]
/// struct Endpoint {
///     url: String,
///     weight: u32,
/// }
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// #[serde(rename_all = "kebab-case", deny_unknown_fields)]
/// struct EndpointTable {
///     url: String,
///     weight: u32,
/// }
///
/// impl StringOrTable for Endpoint {
///     const NAME: &'static str = "Endpoint";
///     const WANTED: &'static str = "a URL, or a table with `url`";
///     type Table = EndpointTable;
///
///     fn from_text(text: &str) -> Result<Self, Diagnosis> {
///         Ok(Self { url: text.to_owned(), weight: 1 })
///     }
///
///     fn from_table(table: EndpointTable) -> Result<Self, Diagnosis> {
///         Ok(Self { url: table.url, weight: table.weight })
///     }
/// }
///
/// gateway_core::string_or_table!(Endpoint);
///
/// let endpoints: Vec<Endpoint> =
///     serde_json::from_str(r#"["http://a", { "url": "http://b", "weight": 2 }]"#).unwrap();
/// assert_eq!(endpoints[0].weight, 1);
/// assert_eq!(endpoints[1].weight, 2);
/// ```
pub trait StringOrTable: Sized {
    /// The name in the JSON Schema.
    const NAME: &'static str;
    /// What errors ask for where something else stands: ``a URL, or a table with `url` ``.
    const WANTED: &'static str;
    /// The long form: a struct, or an enum of which one variant is the only key.
    type Table: DeserializeOwned + JsonSchema;

    /// Reads the short form.
    ///
    /// # Errors
    /// What is wrong with it, and what to write instead.
    fn from_text(text: &str) -> Result<Self, Diagnosis>;

    /// Takes the long form.
    ///
    /// # Errors
    /// What is wrong with it as a whole.
    fn from_table(table: Self::Table) -> Result<Self, Diagnosis>;

    /// The JSON Schema of the short form; a plain string unless the type knows better.
    fn text_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// Implements `Deserialize` and `JsonSchema` for a type that implements
/// [`StringOrTable`](crate::config::StringOrTable).
#[macro_export]
macro_rules! string_or_table {
    ($type:ty) => {
        impl<'de> $crate::config::macro_support::Deserialize<'de> for $type {
            fn deserialize<D: $crate::config::macro_support::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::config::macro_support::string_or_table(deserializer)
            }
        }

        impl $crate::config::macro_support::JsonSchema for $type {
            fn schema_name() -> $crate::config::macro_support::Cow<'static, str> {
                <Self as $crate::config::StringOrTable>::NAME.into()
            }

            fn json_schema(
                generator: &mut $crate::config::macro_support::SchemaGenerator,
            ) -> $crate::config::macro_support::Schema {
                $crate::config::macro_support::string_or_table_schema::<Self>(generator)
            }
        }
    };
}

/// Reads a [`StringOrTable`] with any deserializer.
///
/// # Errors
/// What is wrong with the value.
pub fn deserialize<'de, T: StringOrTable, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(UnionVisitor(PhantomData))
}

/// The JSON Schema of a [`StringOrTable`].
pub fn schema<T: StringOrTable>(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": T::WANTED,
        "anyOf": [T::text_schema(generator), generator.subschema_for::<T::Table>()],
    })
}

struct UnionVisitor<T>(PhantomData<T>);

impl<'de, T: StringOrTable> Visitor<'de> for UnionVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WANTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<T, A::Error> {
        let table = serde::Deserialize::deserialize(MapAccessDeserializer::new(entries))?;
        T::from_table(table).map_err(A::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::Located;
    use super::super::testing::{read, refused};
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Key {
        Address,
        Header(Located<String>),
        Cookie { name: String, prefix: Option<u8> },
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    enum KeyTable {
        Header(Located<String>),
        Cookie { name: String, prefix: Option<u8> },
    }

    impl StringOrTable for Key {
        const NAME: &'static str = "Key";
        const WANTED: &'static str = "\"address\", { header = … } or { cookie = … }";
        type Table = KeyTable;

        fn from_text(text: &str) -> Result<Self, Diagnosis> {
            match text {
                "address" => Ok(Self::Address),
                _ => Err(Diagnosis::new("no such key")
                    .help("write \"address\"")
                    .within(0, 1)),
            }
        }

        fn from_table(table: KeyTable) -> Result<Self, Diagnosis> {
            match table {
                KeyTable::Header(name) if name.is_empty() => Err(Diagnosis::new("it is empty")),
                KeyTable::Header(name) => Ok(Self::Header(name)),
                KeyTable::Cookie { name, prefix } => Ok(Self::Cookie { name, prefix }),
            }
        }
    }

    crate::string_or_table!(Key);

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        keys: Vec<Key>,
    }

    #[test]
    fn both_forms() {
        let text = "keys = ['address', { header = 'x' }, { cookie = { name = 'c' } }]";
        let keys = read::<File>(text).unwrap().keys;
        assert_eq!(keys[0], Key::Address);
        let Key::Header(name) = &keys[1] else {
            panic!("{keys:?}")
        };
        assert_eq!(&text[name.span().start..name.span().end], "'x'");
        let cookie = Key::Cookie {
            name: "c".into(),
            prefix: None,
        };
        assert_eq!(keys[2], cookie);
    }

    #[test]
    fn errors_keep_their_place() {
        let shown = refused::<File>(
            "keys = [
  'adress',
  3,
  { heder = 'x' },
  { header = 4 },
  { header = 'x', cookie = {} },
  { cookie = { name = 'c', prefix = 300, x = 1 } },
  {},
  { header = '' },
]
",
        );
        assert_eq!(
            shown,
            r#"error: no such key
 --> gateway.toml:2:4
  |
2 |   'adress',
  |    ^
  |
  = help: write "address"

error: expected "address", { header = … } or { cookie = … }, found the number 3
 --> gateway.toml:3:3
  |
3 |   3,
  |   ^

error: unknown key `heder`
 --> gateway.toml:4:5
  |
4 |   { heder = 'x' },
  |     ^^^^^
  |
  = help: did you mean `header`?

error: expected a string, found the number 4
 --> gateway.toml:5:14
  |
5 |   { header = 4 },
  |              ^
  |
  = help: write "4"

error: `cookie` cannot stand beside `header`
 --> gateway.toml:6:19
  |
6 |   { header = 'x', cookie = {} },
  |     ------        ^^^^^^
  |     |
  |     only one key can be given here
  |
  = help: keep one of the two

error: expected a whole number from 0 to 255, found the number 300
 --> gateway.toml:7:37
  |
7 |   { cookie = { name = 'c', prefix = 300, x = 1 } },
  |                                     ^^^

error: unknown key `x`
 --> gateway.toml:7:42
  |
7 |   { cookie = { name = 'c', prefix = 300, x = 1 } },
  |                                          ^
  |
  = help: the keys here are `name`, `prefix`

error: expected one key in this table, found none
 --> gateway.toml:8:3
  |
8 |   {},
  |   ^^

error: it is empty
 --> gateway.toml:9:3
  |
9 |   { header = '' },
  |   ^^^^^^^^^^^^^^^
"#
        );
    }

    #[test]
    fn the_schema_offers_both() {
        let schema = schemars::schema_for!(Key);
        let forms = schema
            .get("anyOf")
            .and_then(|forms| forms.as_array())
            .unwrap();
        assert_eq!(forms.len(), 2);
        assert_eq!(forms[0]["type"], "string");
        assert_eq!(forms[1]["$ref"], "#/$defs/KeyTable");
    }
}
