//! `portcullis schema`

use super::{Exit, print};
use crate::{Gateway, file};

/// Prints the JSON Schema of the whole file, with all layer types that are built in.
pub(super) fn schema(gateway: &Gateway) -> Exit {
    let schema = file::schema(gateway.registry());
    print(&format!("{:#}\n", schema.as_value()))
}
