//! Fields that are not a layer's to change.

use gateway_core::config::Diagnosis;
use gateway_core::head::hop_by_hop::is_hop_by_hop;
use http::HeaderName;
use http::header::{CONTENT_LENGTH, HOST, TRAILER, TRANSFER_ENCODING};

/// Passes `name` on unless a change to it would break the message: then it would no longer mean what
/// everybody else on its way takes it to mean.
pub(super) fn changeable(name: &HeaderName) -> Result<(), Diagnosis> {
    let refused = |why: &str| {
        Diagnosis::new(format!(
            "`{name}` is not for a `headers` layer to change: {why}"
        ))
    };
    if *name == HOST {
        let help =
            "write `rewrite = { host = \"…\" }` at the route to choose what the upstream sees";
        Err(refused("it names whom the request is for").help(help))
    } else if [CONTENT_LENGTH, TRANSFER_ENCODING, TRAILER].contains(name) {
        Err(refused("it says where the body ends")
            .help("leave it out: it is derived from the body itself"))
    } else if is_hop_by_hop(name) {
        Err(refused("it concerns a single connection")
            .help("leave it out: it never travels through"))
    } else {
        Ok(())
    }
}
