//! Deserializing one value.

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::array::ArrayAccess;
use super::enumeration::{TableVariant, UnitVariant, one_of};
use super::located::LocatedAccess;
use super::table::TableAccess;
use super::{Context, Failure};
use crate::config::node::Value;
use crate::config::{Diagnosis, Located, Node, wording};

/// A deserializer over one node.
#[derive(Clone, Copy)]
pub(in crate::config) struct ValueDeserializer<'de> {
    pub(super) node: &'de Node,
    pub(super) context: &'de Context<'de>,
}

impl<'de> ValueDeserializer<'de> {
    pub(in crate::config) fn new(node: &'de Node, context: &'de Context<'de>) -> Self {
        Self { node, context }
    }
}

impl<'de> Deserializer<'de> for ValueDeserializer<'de> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match &self.node.value {
            Value::String(text) => visitor.visit_borrowed_str(&text.content),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Boolean(value) => visitor.visit_bool(*value),
            Value::Datetime => Err(Failure::invalid_type(Unexpected::Other("a date"), &visitor)),
            Value::Array(elements) => {
                let mut access = ArrayAccess::new(elements, self.context);
                let value = visitor.visit_seq(&mut access)?;
                access.finish().map(|()| value)
            }
            Value::Table(table) => {
                let mut access = TableAccess::new(self.node, table, self.context);
                let value = visitor.visit_map(&mut access)?;
                access.finish().map(|()| value)
            }
        }
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
            visitor.visit_seq(LocatedAccess::new(self.node.span(), self))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    /// Unlike serde's own, this takes no array for a struct.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match &self.node.value {
            Value::Table(_) => self.deserialize_any(visitor),
            _ => Err(self.node_is_no("a table")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        match &self.node.value {
            Value::String(text) => visitor.visit_enum(UnitVariant::new(&text.content)),
            Value::Table(table) => {
                let entries = TableAccess::new(self.node, table, self.context);
                visitor.visit_enum(TableVariant::only(entries, variants)?)
            }
            _ => Err(self.node_is_no(&one_of(variants))),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl ValueDeserializer<'_> {
    fn node_is_no(&self, wanted: &str) -> Failure {
        Diagnosis::new(format!(
            "expected {wanted}, found {}",
            wording::found(self.node)
        ))
        .into()
    }
}
