//! Bounds of values, beyond what their types say.

use std::ops::RangeInclusive;
use std::time;

use gateway_core::config::{ByteSize, ConfigError, Duration, Located};

/// The size under `key` in bytes, if it lies in `range`.
pub(super) fn size_within(
    range: RangeInclusive<u64>,
    key: &str,
    size: &Located<ByteSize>,
) -> Result<usize, ConfigError> {
    if range.contains(&size.get()) {
        return Ok(size.as_usize());
    }
    let (least, most) = range.into_inner();
    let (least, most) = (ByteSize::from_bytes(least), ByteSize::from_bytes(most));
    Err(ConfigError::new(format!("`{key}` is out of range"))
        .at(size.span())
        .help(format!("write a size from \"{least}\" to \"{most}\"")))
}

/// The limit, if it leaves any time at all.
pub(super) fn time_limit(limit: &Located<Duration>) -> Result<time::Duration, ConfigError> {
    if limit.is_zero() {
        let error = ConfigError::new("a timeout of 0 leaves time for nothing");
        return Err(error
            .at(limit.span())
            .help("write how long it may take, such as \"5s\""));
    }
    Ok(limit.get())
}
