//! What layers in observe mode would have done.

use std::sync::Arc;

use super::Fact;
use crate::rejection::Rejection;

/// What the layers in observe mode would have done to a request, innermost first; travels outward.
#[derive(Clone, Debug, Default)]
pub struct Observations(Arc<[Observation]>);

/// What one layer in observe mode would have done.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The name of the layer in the file.
    pub layer: Arc<str>,
    /// The status it would have answered with.
    pub status: http::StatusCode,
    /// The refusal, where the layer built its answer from one.
    pub rejection: Option<Rejection>,
}

impl Observations {
    /// These observations and one more.
    #[must_use]
    pub fn with(&self, observation: Observation) -> Self {
        Self(self.0.iter().cloned().chain([observation]).collect())
    }

    /// All observations.
    pub fn iter(&self) -> impl Iterator<Item = &Observation> {
        self.0.iter()
    }
}

impl Fact for Observations {
    const NAME: &'static str = "observations";
}
