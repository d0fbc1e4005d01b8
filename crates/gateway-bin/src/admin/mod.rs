//! What the gateway answers about itself, on an address of its own.

#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod admin;
mod answers;
mod connections;
mod readiness;
mod spare_files;

pub use admin::Admin;
