//! The `headers` layer as others use it: in a stack, in an axum service, from the gateway's file.

mod contract;
mod from_file;
mod service;
mod support;
mod wrong_files;
