//! Configuration files.

use gateway_core::config::Source;
use portcullis::Gateway;

/// Any text is a gateway file or is refused with reasons, which can be shown.
///
/// # Panics
/// Where that is not so.
pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let source = Source::new("gateway.toml", text);
    if let Err(errors) = Gateway::new().load(&source) {
        assert!(!errors.to_string().is_empty(), "refused without a reason");
    }
}
