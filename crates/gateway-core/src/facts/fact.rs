//! What makes a type a fact, and how a fact is named before any request exists.

use std::any::TypeId;

/// A type that travels in the extensions of a request or a response.
pub trait Fact: Clone + Send + Sync + 'static {
    /// The name of the fact in messages to operators, such as `identity`.
    const NAME: &'static str;
}

/// The name and identity of a fact, used when a stack is checked at load: a layer that needs a fact which
/// nothing before it provides is refused.
///
/// ```
/// use gateway_core::facts::{FactId, Identity};
///
/// assert_eq!(FactId::of::<Identity>().name(), "identity");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FactId {
    name: &'static str,
    type_id: TypeId,
}

impl FactId {
    /// The identity of the fact `F`.
    pub fn of<F: Fact>() -> Self {
        Self {
            name: F::NAME,
            type_id: TypeId::of::<F>(),
        }
    }

    /// The fact's name in messages.
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl PartialEq for FactId {
    fn eq(&self, other: &Self) -> bool {
        self.type_id == other.type_id
    }
}

impl Eq for FactId {}
