//! Deserializing enums: `"name"`, or a table with the name as its only key.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::key::KeyDeserializer;
use super::table::{Entry, TableAccess, one_too_many};
use super::{Context, Failure, ValueDeserializer};
use crate::config::Diagnosis;

/// A variant given by its name alone.
pub(super) struct UnitVariant<'de> {
    name: &'de str,
}

impl<'de> UnitVariant<'de> {
    pub(super) fn new(name: &'de str) -> Self {
        Self { name }
    }

    fn needs_value(&self) -> Failure {
        let name = self.name;
        Diagnosis::new(format!("`{name}` needs a value"))
            .help(format!("write {{ {name} = … }}"))
            .into()
    }
}

impl<'de> EnumAccess<'de> for UnitVariant<'de> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Failure> {
        let name = BorrowedStrDeserializer::<Failure>::new(self.name);
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for UnitVariant<'de> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _seed: T) -> Result<T::Value, Failure> {
        Err(self.needs_value())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _visitor: V) -> Result<V::Value, Failure> {
        Err(self.needs_value())
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Failure> {
        Err(self.needs_value())
    }
}

/// A variant given as the only key of a table.
pub(super) struct TableVariant<'de> {
    entry: Entry<'de>,
    context: &'de Context<'de>,
}

impl<'de> TableVariant<'de> {
    pub(super) fn only(mut entries: TableAccess<'de>, variants: &[&str]) -> Result<Self, Failure> {
        let Some(entry) = entries.next() else {
            let message = format!("expected {}, found an empty table", one_of(variants));
            return Err(Diagnosis::new(message).into());
        };
        match entries.next() {
            Some(extra) => Err(one_too_many(entry, extra)),
            None => Ok(Self {
                entry,
                context: entries.context(),
            }),
        }
    }

    fn arose(&self) -> impl FnOnce(Failure) -> Failure + use<'de> {
        let (key, value) = self.entry;
        move |failure| failure.arose_at(value, Some(key))
    }

    fn value(&self) -> ValueDeserializer<'de> {
        ValueDeserializer::new(self.entry.1, self.context)
    }
}

impl<'de> EnumAccess<'de> for TableVariant<'de> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Failure> {
        let key = self.entry.0;
        let variant = seed
            .deserialize(KeyDeserializer::new(key))
            .map_err(|failure| self.arose()(failure.about_key(key.span(), &[])))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for TableVariant<'de> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        let key = self.entry.0.as_str();
        let diagnosis = Diagnosis::new(format!("`{key}` takes no value"));
        Err(Failure::from(diagnosis.help(format!("write \"{key}\""))))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Failure> {
        seed.deserialize(self.value()).map_err(self.arose())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Failure> {
        self.value().deserialize_seq(visitor).map_err(self.arose())
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let value = self.value();
        value
            .deserialize_struct("", fields, visitor)
            .map_err(self.arose())
    }
}

/// The names among which one has to be chosen.
pub(super) fn one_of(variants: &[&str]) -> String {
    let names: Vec<String> = variants.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [only] => only.clone(),
        names => format!("one of {}", names.join(", ")),
    }
}
