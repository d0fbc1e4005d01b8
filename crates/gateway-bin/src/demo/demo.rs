//! The demo from start to end.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use gateway_core::config::{Source, Style, render};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::ports::{FREE, REPLICAS, quickstart};
use super::sample_api::replica;
use crate::Gateway;
use crate::cli::{Exit, Signals, print, print_error, start_logging};
use crate::run::Running;

/// What may be said of the demo.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoOptions {
    /// Take free ports in the place of those in the quickstart file
    #[arg(long)]
    free_ports: bool,
    /// Print the quickstart file and end
    #[arg(long)]
    print_config: bool,
}

/// Runs the sample API and the gateway before it until it is asked to stop.
pub(crate) fn demo(gateway: &Gateway, options: &DemoOptions) -> Exit {
    if options.print_config {
        return print(super::ports::QUICKSTART);
    }
    start_logging();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let ended = runtime.and_then(|runtime| runtime.block_on(run(gateway, options)));
    match ended {
        Ok(exit) => exit,
        Err(error) => {
            print_error(&format!(
                "error: {error}\nhelp: `portcullis demo --free-ports` takes ports that are free\n"
            ));
            Exit::Failed
        }
    }
}

async fn run(gateway: &Gateway, options: &DemoOptions) -> io::Result<Exit> {
    let mut replicas = Vec::new();
    // They end with the demo.
    let mut serving = JoinSet::new();
    for (name, address) in REPLICAS {
        let address = if options.free_ports { FREE } else { address };
        let socket = TcpListener::bind(address).await.map_err(|error| {
            io::Error::new(
                error.kind(),
                format!("replica {name} cannot listen on {address}: {error}"),
            )
        })?;
        replicas.push(socket.local_addr()?.to_string());
        serving.spawn(async move { axum::serve(socket, replica(name)).await });
    }
    let text = quickstart(&replicas, options.free_ports);
    let source = Source::new("examples/quickstart.toml", text);
    let configuration = match gateway.load(&source) {
        Ok(configuration) => configuration,
        Err(errors) => {
            print_error(&render(&source, &errors, Style::Plain));
            return Ok(Exit::Config);
        }
    };
    let mut signals = Signals::listen()?;
    let running = configuration.start()?;
    print(&invitation(&running));
    signals.next().await;
    let times = running.drain_times().without_notice();
    running.shutdown_within(times).await;
    Ok(Exit::Done)
}

/// What to try.
fn invitation(running: &Running) -> String {
    let address = running
        .address("public")
        .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
    let program = std::env::args()
        .next()
        .unwrap_or_else(|| "portcullis".to_owned());
    let file = "examples/quickstart.toml";
    let explain_before = if Path::new(file).exists() {
        String::new()
    } else {
        format!("mkdir -p examples && {program} demo --print-config > {file} && ")
    };
    format!(
        r#"
Two replicas of a sample API are running, and Portcullis before them on http://{address}.
In another terminal, try:

  # routed: the key names a consumer, /v1 is stripped, a replica answers
  curl -H 'x-api-key: demo-key' http://{address}/v1/orders/42

  # refused: no key, so 401 with a problem document
  curl -i http://{address}/v1/orders/42

  # balanced: four requests over two replicas
  curl 'http://{address}/whoami?[1-4]'

  # explained, without sending anything
  {explain_before}{program} explain -c {file} GET http://{address}/v1/orders/42 -H 'x-api-key: demo-key'

Stop with Ctrl-C.
"#
    )
}
