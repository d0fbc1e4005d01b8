//! The clients: programs that send requests as fast as they are answered.

mod h2load;
#[expect(
    clippy::module_inception,
    reason = "what a load is, beside the tools that make it"
)]
mod load;
mod tool;
mod wrk;

pub(crate) use load::Load;
pub(crate) use tool::{Session, Tool};
