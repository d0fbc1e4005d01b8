//! Bounds of values, beyond what their types say.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time;

use gateway_core::config::{ByteSize, ConfigError, Duration, Located};

/// What a limit on the time of a client may be. Whatever needs longer than the longest needs no limit at all,
/// and a limit in days is a slip.
pub(super) const TIMEOUTS: RangeInclusive<Duration> =
    Duration::from_millis(1)..=Duration::from_secs(3600);

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

/// The number under `key`, if it lies in `range`.
pub(super) fn number_within<N: Copy + PartialOrd + Display>(
    range: RangeInclusive<N>,
    key: &str,
    number: &Located<N>,
) -> Result<N, ConfigError> {
    if range.contains(number) {
        return Ok(**number);
    }
    let (least, most) = range.into_inner();
    Err(ConfigError::new(format!("`{key}` is out of range"))
        .at(number.span())
        .help(format!("write a number from {least} to {most}")))
}

/// The time under `key`, if it lies in `range`.
pub(super) fn time_within(
    range: RangeInclusive<Duration>,
    key: &str,
    limit: &Located<Duration>,
) -> Result<time::Duration, ConfigError> {
    let time = time_limit(limit)?;
    if range.contains(limit) {
        return Ok(time);
    }
    let (least, most) = range.into_inner();
    Err(ConfigError::new(format!("`{key}` is out of range"))
        .at(limit.span())
        .help(format!("write a time from \"{least}\" to \"{most}\"")))
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
