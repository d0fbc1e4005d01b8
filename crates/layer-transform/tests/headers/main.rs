//! The `headers` layer as others use it: in a stack, in an axum service, from the gateway's file.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what goes wrong here fails a test"
)]

mod contract;
mod from_file;
mod service;
mod support;
mod wrong_files;
