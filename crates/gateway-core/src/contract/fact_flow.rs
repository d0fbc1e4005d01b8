//! Which facts a layer needs and which it provides.

use crate::facts::{Fact, FactId};

/// Which facts a layer needs from those before it, and which it provides to those after it.
///
/// ```
/// use gateway_core::contract::FactFlow;
/// use gateway_core::facts::{ClientAddr, Identity};
///
/// let flow = FactFlow::new().needs::<ClientAddr>().provides::<Identity>();
/// assert!(flow.is_provided::<Identity>());
/// ```
#[derive(Clone, Debug, Default)]
pub struct FactFlow {
    needed: Vec<FactId>,
    provided: Vec<FactId>,
}

impl FactFlow {
    /// Needs nothing, provides nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Needs the fact `F`.
    #[must_use]
    pub fn needs<F: Fact>(mut self) -> Self {
        self.needed.push(FactId::of::<F>());
        self
    }

    /// Needs all of `facts`, such as those an expression reads.
    #[must_use]
    pub fn needs_all(mut self, facts: impl IntoIterator<Item = FactId>) -> Self {
        self.needed.extend(facts);
        self
    }

    /// Provides the fact `F`.
    #[must_use]
    pub fn provides<F: Fact>(mut self) -> Self {
        self.provided.push(FactId::of::<F>());
        self
    }

    /// Whether `F` is among the provided facts.
    pub fn is_provided<F: Fact>(&self) -> bool {
        self.provided.contains(&FactId::of::<F>())
    }

    /// The facts this needs that are not among `available`.
    pub fn missing<'a>(&'a self, available: &'a [FactId]) -> impl Iterator<Item = FactId> + 'a {
        self.needed
            .iter()
            .copied()
            .filter(|fact| !available.contains(fact))
    }

    /// The facts this provides.
    pub fn provided(&self) -> &[FactId] {
        &self.provided
    }
}
