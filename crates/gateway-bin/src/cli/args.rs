//! What may stand on the command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::demo::DemoOptions;

/// An API gateway in one binary.
///
/// Exit codes: 0 done; 1 it failed while running, such as an address that is taken; 2 the command line is
/// wrong; 3 the configuration is wrong; 4 `explain` found that the request would be refused.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the gateway
    Run {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Check a configuration file: everything that is wrong with it, at once
    Check {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Tell what would become of a request, without sending anything
    Explain(Question),
    /// Print the JSON Schema of the configuration file
    Schema,
    /// Run a sample API with the gateway before it, to try things out
    Demo(DemoOptions),
    /// Print the version and the layer types that are built in
    Version,
}

#[derive(Debug, clap::Args)]
pub(super) struct ConfigFile {
    /// The configuration file
    #[arg(
        short = 'c',
        long = "config",
        value_name = "FILE",
        default_value = "portcullis.toml"
    )]
    pub(super) path: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Question {
    #[command(flatten)]
    pub(super) config: ConfigFile,
    /// The method, such as GET
    pub(super) method: String,
    /// The URL, such as https://api.example.com/v1/orders/7
    pub(super) url: String,
    /// A header field of the request; may be given several times
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub(super) headers: Vec<String>,
    /// A file that holds the body of the request
    #[arg(long, value_name = "FILE")]
    pub(super) body: Option<PathBuf>,
    /// The address the request comes from
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(super) client: IpAddr,
    /// Answer in JSON
    #[arg(long)]
    pub(super) json: bool,
}
