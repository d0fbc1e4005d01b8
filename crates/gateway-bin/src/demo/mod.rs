//! `portcullis demo`: a sample API in two replicas with the gateway before them.

#[expect(
    clippy::module_inception,
    reason = "the module is named after its main function"
)]
mod demo;
mod ports;
mod sample_api;

pub(crate) use demo::{DemoOptions, demo};
