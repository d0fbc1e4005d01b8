//! The service behind every proxy: an nginx with two resources.

use std::net::SocketAddr;
use std::path::Path;

use super::cores::{Cores, Part};
use super::nginx_file::{NGINX_ARGUMENTS, NGINX_FILE, nginx_file};
use super::running::Running;
use super::server::{Launch, free_address};
use crate::outcome::Outcome;

/// What the answer at `/large` holds.
const LARGE: usize = 64 * 1024;

/// The fields that every proxy has to set. A request without one of them is refused, so that a proxy that
/// does less work than the others has no figures.
const REQUIRED: [&str; 3] = ["x_forwarded_for", "x_forwarded_proto", "x_forwarded_host"];

/// The running upstream.
#[derive(Debug)]
pub(crate) struct Upstream {
    /// Where it is.
    pub(crate) address: SocketAddr,
    _server: Running,
}

impl Upstream {
    /// Starts it in a folder of its own below `folder`.
    pub(crate) fn start(nginx: &Path, folder: &Path, cores: &Cores) -> Outcome<Self> {
        let address = free_address()?;
        let launch = Launch {
            program: nginx,
            arguments: NGINX_ARGUMENTS,
            file: NGINX_FILE,
            config: config(address),
            folder: &folder.join("upstream"),
            address,
            part: Part::Surroundings,
        };
        let server = launch
            .start(cores)
            .map_err(|error| format!("the upstream does not start: {error}"))?;
        Ok(Self {
            address,
            _server: server,
        })
    }
}

fn config(address: SocketAddr) -> String {
    let required = REQUIRED
        .map(|field| format!("        if ($http_{field} = \"\") {{ return 400; }}\n"))
        .concat();
    // A text in the file can be 4 KiB long; the body is put together from variables.
    let block = "x".repeat(LARGE / 64);
    let body = "$block".repeat(64);
    nginx_file(&format!(
        r#"    server {{
        listen {address};
        set $block "{block}";
{required}        default_type application/json;
        location = /small {{ return 200 '{{"order":"42","state":"shipped","total":1999}}'; }}
        location = /large {{ return 200 "{body}"; }}
    }}
"#
    ))
}
