//! Deserializing the key of an entry.

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::Failure;
use super::enumeration::UnitVariant;
use super::located::LocatedAccess;
use crate::config::{Located, Span};

/// A deserializer over a key, which is a string.
#[derive(Clone, Copy)]
pub(super) struct KeyDeserializer<'de> {
    key: &'de Located<String>,
}

impl<'de> KeyDeserializer<'de> {
    pub(super) fn new(key: &'de Located<String>) -> Self {
        Self { key }
    }

    fn span(&self) -> Span {
        self.key.span()
    }
}

impl<'de> Deserializer<'de> for KeyDeserializer<'de> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_borrowed_str(self.key.as_str())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        if name == Located::<()>::MARKER {
            visitor.visit_seq(LocatedAccess::new(self.span(), self))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_enum(UnitVariant::new(self.key.as_str()))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
