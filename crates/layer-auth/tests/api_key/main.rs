//! The layer `api-key` from outside: in an axum service, from a file.

#![expect(clippy::unwrap_used, reason = "what goes wrong here fails a test")]

mod contract;
mod cost;
mod file;
mod from_file;
mod in_axum;
mod refused_files;
