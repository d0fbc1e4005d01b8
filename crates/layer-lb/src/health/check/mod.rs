//! One check of an endpoint: what is asked, over which protocol, and what was wrong with the answer.

#[expect(
    clippy::module_inception,
    reason = "the module is named after its main type"
)]
mod check;
mod fault;
mod grpc;
mod http1;
mod http2;
mod needle;
mod question;

pub(super) use check::Check;
pub(super) use fault::Fault;
