//! Handing a value over together with its place.

use serde::de::value::UsizeDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess};

use super::Failure;
use crate::config::Span;

/// What [`Located`](crate::config::Located) is read from: the start and end of the place, then the value.
pub(super) struct LocatedAccess<D> {
    ends: std::array::IntoIter<usize, 2>,
    value: Option<D>,
}

impl<D> LocatedAccess<D> {
    pub(super) fn new(span: Span, value: D) -> Self {
        Self {
            ends: [span.start, span.end].into_iter(),
            value: Some(value),
        }
    }
}

impl<'de, D: Deserializer<'de, Error = Failure>> SeqAccess<'de> for LocatedAccess<D> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failure> {
        if let Some(end) = self.ends.next() {
            let end: UsizeDeserializer<Failure> = end.into_deserializer();
            return seed.deserialize(end).map(Some);
        }
        let value = self.value.take();
        value.map(|value| seed.deserialize(value)).transpose()
    }
}
