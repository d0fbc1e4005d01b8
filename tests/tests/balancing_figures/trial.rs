//! A gateway before endpoints, under load.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use gateway_testkit::{Binary, GatewayProcess};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::sleep;

use crate::findings::Findings;
use crate::load::{Load, Rate, now};
use crate::protocol::Protocol;
use crate::scripted::Scripted;

/// What the issue asks for, and POSTs beside it.
const RATE: Rate = Rate {
    gets: 2000,
    posts: 100,
};

/// What an operator writes who wants to lose nothing. A GET in flight at an endpoint that freezes is saved by the
/// time of a try; the checks keep those that follow away from it, and say soon that it is back.
pub(crate) const LOSE_NOTHING: &str = r#"
retry = { attempts = 2, on = ["connect-failure", "reset", "timeout", "503"], timeout = "500ms" }
health-check = { path = "/healthz", interval = "200ms", timeout = "400ms" }
"#;

/// How long all is well before a trouble.
const STEADY: Duration = Duration::from_secs(1);

/// A gateway before endpoints, under load.
pub(crate) struct Trial {
    name: String,
    pub(crate) upstreams: Vec<Scripted>,
    _gateway: GatewayProcess,
    load: Load,
    rate: Rate,
    marks: Vec<Duration>,
    /// There is one trial at a time.
    _turn: MutexGuard<'static, ()>,
}

impl Trial {
    /// Two endpoints with [`RATE`] and the file of [`LOSE_NOTHING`], under load for as long as all is well.
    pub(crate) async fn of_two(name: &str, protocol: Protocol) -> io::Result<Self> {
        Self::start(name, protocol, LOSE_NOTHING, RATE).await
    }

    /// Two endpoints, `keys` being what the file says of them.
    pub(crate) async fn start(
        name: &str,
        protocol: Protocol,
        keys: &str,
        rate: Rate,
    ) -> io::Result<Self> {
        static TURN: Mutex<()> = Mutex::const_new(());
        let turn = TURN.lock().await;
        raise_limit_of_files()?;
        let upstreams = vec![Scripted::start().await?, Scripted::start().await?];
        let gateway = Binary::find()?
            .serve(&file(&upstreams, protocol, keys))
            .await?;
        let load = Load::start(gateway.address("public")?, rate);
        let trial = Self {
            name: format!("{name}, {}", protocol.key()),
            upstreams,
            _gateway: gateway,
            load,
            rate,
            marks: Vec::new(),
            _turn: turn,
        };
        sleep(STEADY).await;
        Ok(trial)
    }

    /// Notes the time at which something is done to an endpoint.
    pub(crate) fn mark(&mut self) {
        self.marks.push(now());
    }

    /// Waits for the last answers, and prints what there was.
    pub(crate) async fn finish(self) -> io::Result<Findings> {
        let records = self.load.stop().await?;
        let journals: io::Result<_> = self.upstreams.iter().map(Scripted::journal).collect();
        let findings = Findings {
            records,
            journals: journals?,
            marks: self.marks,
        };
        println!("{} at {:?}: {findings}", self.name, self.rate);
        Ok(findings)
    }
}

fn file(upstreams: &[Scripted], protocol: Protocol, keys: &str) -> String {
    let mut endpoints = String::new();
    for upstream in upstreams {
        // Writing to a string does not fail.
        let _ = write!(endpoints, "\"http://{}\", ", upstream.address());
    }
    format!(
        "[listeners.public]\nbind = \"127.0.0.1:0\"\n\
         [upstreams.service]\nendpoints = [{endpoints}]\nprotocol = \"{}\"\n{keys}\n\
         [[routes]]\nname = \"all\"\nmatch = {{ path = {{ prefix = \"/\" }} }}\nupstream = \"service\"\n",
        protocol.key()
    )
}

/// Connections of clients that wait at once need files.
fn raise_limit_of_files() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    Ok(setrlimit(Resource::Nofile, raised)?)
}
