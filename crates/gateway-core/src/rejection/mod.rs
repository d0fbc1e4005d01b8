//! Refusals: how a layer says no.
//!
//! A [`Rejection`] names what happened with a stable code and turns into a response in the form the caller
//! understands: `application/problem+json` (RFC 9457), or a trailers-only gRPC status. It also travels in
//! the response's extensions for logs, metrics and error pages.

mod code;
mod format;
mod grpc_status;
#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod rejection;

pub use code::Code;
pub use format::Format;
pub use grpc_status::GrpcStatus;
pub use rejection::Rejection;
