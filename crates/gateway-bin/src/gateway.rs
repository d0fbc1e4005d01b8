//! The gateway as a library: the layers it knows, and the way from a file to a running gateway.

use std::process::ExitCode;

use gateway_core::config::{ConfigErrors, Source};
use gateway_core::contract::{GatewayLayer, Registry};
use layer_auth::ApiKeyLayer;
use layer_ratelimit::RateLimitLayer;
use layer_transform::headers::HeadersLayer;

use crate::cli;
use crate::compose::{self, Configuration};

/// The gateway: which layers a file can name. A `main` of your own adds yours.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     portcullis::Gateway::new().main()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Gateway {
    registry: Registry,
}

impl Gateway {
    /// The gateway with all layers of its own. They come in by the same door as anybody's.
    pub fn new() -> Self {
        let registry = Registry::new()
            .with::<ApiKeyLayer>()
            .with::<RateLimitLayer>()
            .with::<HeadersLayer>();
        Self { registry }
    }

    /// Adds the layer type `L`, in the place of one with the same name.
    #[must_use]
    pub fn with<L: GatewayLayer>(self) -> Self {
        Self {
            registry: self.registry.with::<L>(),
        }
    }

    /// The layers a file can name.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Reads a file. Opens no port and starts no task.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn load(&self, source: &Source) -> Result<Configuration, ConfigErrors> {
        compose::load(source, &self.registry)
    }

    /// Runs the command line: `run`, `check`, `explain`, `schema`, `demo`, `version`.
    pub fn main(self) -> ExitCode {
        cli::main(&self).into()
    }
}

impl Default for Gateway {
    fn default() -> Self {
        Self::new()
    }
}
