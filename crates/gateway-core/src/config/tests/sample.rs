//! A table with something of everything.

#![expect(dead_code, reason = "most fields are there for what is said of them")]

use serde::Deserialize;

use crate::config::{ByteSize, Duration, Method, Percent, Rate};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Limits {
    pub(super) rate: Option<Rate>,
    pub(super) burst: u16,
    pub(super) cap: Option<ByteSize>,
    pub(super) budget: Option<Percent>,
    pub(super) on_missing: OnMissing,
    pub(super) methods: Vec<Method>,
    pub(super) pair: Option<(u8, u8)>,
    pub(super) strict: bool,
    pub(super) retry: Option<Retry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OnMissing {
    #[default]
    Deny,
    Allow,
    Ask {
        upstream: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Retry {
    pub(super) attempts: u8,
    pub(super) backoff: Duration,
}
