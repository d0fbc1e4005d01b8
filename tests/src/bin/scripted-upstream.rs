//! `scripted-upstream`: see [`e2e::scripted`].

use std::error::Error;

use e2e::scripted::{Arguments, serve};

// One thread: it leaves the machine to the gateway.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse(std::env::args().skip(1))?;
    serve(arguments).await?;
    Ok(())
}
