//! Portcullis with a layer of your own: `cargo run -p custom-layer -- run -c examples/custom-layer/gateway.toml`

mod maintenance;

use std::process::ExitCode;

use maintenance::Maintenance;

fn main() -> ExitCode {
    portcullis::Gateway::new().with::<Maintenance>().main()
}
