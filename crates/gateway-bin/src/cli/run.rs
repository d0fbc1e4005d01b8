//! `portcullis run`

use std::io;
use std::path::Path;

use super::{Exit, Shutdown, Signals, load, print_error, start_logging};
use crate::Gateway;
use crate::compose::Configuration;
use crate::run::raise_limit;

/// Runs the gateway until it is asked to stop.
pub(super) fn run(gateway: &Gateway, path: &Path) -> Exit {
    let configuration = match load::load(gateway, path) {
        Ok(configuration) => configuration,
        Err(exit) => return exit,
    };
    start_logging();
    raise_limit();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            print_error(&format!("error: cannot start the runtime: {error}\n"));
            return Exit::Failed;
        }
    };
    let ended = runtime.block_on(serve(configuration));
    // A name that is still being looked up must not keep the process.
    runtime.shutdown_background();
    ended.unwrap_or_else(|error| {
        print_error(&format!("error: {error}\n"));
        Exit::Failed
    })
}

async fn serve(configuration: Configuration) -> io::Result<Exit> {
    let mut signals = Signals::listen()?;
    let running = configuration.start()?;
    let shutdown = signals.next().await;
    tracing::info!(
        signal = shutdown.signal(),
        "draining; a second signal ends it at once"
    );
    let times = match shutdown {
        Shutdown::Gentle => running.drain_times(),
        Shutdown::Prompt => running.drain_times().without_notice(),
    };
    tokio::select! {
        _ = running.shutdown_within(times) => {}
        _ = signals.next() => tracing::warn!("ended by a second signal: what was open is cut"),
    }
    Ok(Exit::Done)
}
