//! The gateway binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    portcullis::Gateway::new().main()
}
