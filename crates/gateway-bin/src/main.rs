//! The gateway binary.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A request is a score of small allocations that live as long as it does: what this allocator is made for.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    portcullis::Gateway::new().main()
}
