//! One metric with all its series.

use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Writes a counter, one series for each of `rows`: its labels and how often.
pub(super) fn counter<L: EncodeLabelSet>(
    to: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    rows: impl IntoIterator<Item = (L, u64)>,
) -> fmt::Result {
    write(to, name, help, ConstCounter::new, rows)
}

/// Writes a gauge, one series for each of `rows`: its labels and how many now.
pub(super) fn gauge<L: EncodeLabelSet>(
    to: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    rows: impl IntoIterator<Item = (L, u64)>,
) -> fmt::Result {
    let value = |now| ConstGauge::new(i64::try_from(now).unwrap_or(i64::MAX));
    write(to, name, help, value, rows)
}

/// Writes a metric whose values are what `value` makes of the numbers.
fn write<L: EncodeLabelSet, M: EncodeMetric>(
    to: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: impl Fn(u64) -> M,
    rows: impl IntoIterator<Item = (L, u64)>,
) -> fmt::Result {
    let mut metric = to.encode_descriptor(name, help, None, value(0).metric_type())?;
    for (labels, number) in rows {
        value(number).encode(metric.encode_family(&labels)?)?;
    }
    Ok(())
}
