//! `portcullis version`

use gateway_core::contract::Registration;

use super::{Exit, print};
use crate::Gateway;

/// Prints the version and the layer types that are built in.
pub(super) fn version(gateway: &Gateway) -> Exit {
    let layers: Vec<&str> = gateway
        .registry()
        .iter()
        .map(Registration::type_name)
        .collect();
    print(&format!(
        "portcullis {}\nlayers: {}\n",
        env!("CARGO_PKG_VERSION"),
        layers.join(", ")
    ))
}
