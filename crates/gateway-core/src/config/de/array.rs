//! Deserializing the elements of an array.

use serde::de::{DeserializeSeed, SeqAccess};

use super::{Context, Failure, ValueDeserializer};
use crate::config::{Diagnosis, Node};

pub(super) struct ArrayAccess<'de> {
    elements: std::slice::Iter<'de, Node>,
    context: &'de Context<'de>,
}

impl<'de> ArrayAccess<'de> {
    pub(super) fn new(elements: &'de [Node], context: &'de Context<'de>) -> Self {
        Self {
            elements: elements.iter(),
            context,
        }
    }

    fn next(&mut self) -> Option<&'de Node> {
        self.elements.find(|element| !self.context.omits(element))
    }

    /// Refuses elements that nobody asked for.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        match self.next() {
            None => Ok(()),
            Some(extra) => {
                let failure = Failure::from(Diagnosis::new("one value too many in this array"));
                Err(failure.arose_at(extra, None))
            }
        }
    }
}

impl<'de> SeqAccess<'de> for &mut ArrayAccess<'de> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Failure> {
        self.next()
            .map(|element| {
                seed.deserialize(ValueDeserializer::new(element, self.context))
                    .map_err(|failure| failure.arose_at(element, None))
            })
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        self.elements.size_hint().1
    }
}
