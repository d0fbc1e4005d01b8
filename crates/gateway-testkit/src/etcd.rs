//! A real registry: etcd.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use data_encoding::BASE64;
use http::{Method, Request, header};
use tempfile::TempDir;
use tokio::process::Command;

use crate::http_client::HttpClient;
use crate::ports::free_addresses;
use crate::process::Process;
use crate::wait::wait_until;

const START: Duration = Duration::from_secs(30);

/// An etcd of one member on free loopback ports, its data in a directory of its own. It is killed, and its directory
/// is gone, when dropped.
///
/// ```no_run
/// # async fn test() -> std::io::Result<()> {
/// use gateway_testkit::Etcd;
/// # fn program() -> Option<std::path::PathBuf> { None }
/// # let Some(program) = program() else { return Ok(()) };
///
/// let etcd = Etcd::start(&program).await?;
/// etcd.put("/services/orders/1", "http://127.0.0.1:9000").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Etcd {
    program: PathBuf,
    clients: SocketAddr,
    peers: SocketAddr,
    directory: TempDir,
    secured: Option<Secured>,
    process: Process,
}

/// Where clients find it over TLS, if they show a certificate.
#[derive(Debug)]
struct Secured {
    clients: SocketAddr,
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl Etcd {
    /// Starts `program`, which is `require_component!("etcd")`.
    ///
    /// # Errors
    /// When it does not serve within 30 s.
    pub async fn start(program: &Path) -> io::Result<Self> {
        let [clients, peers] = free_addresses()?;
        Self::launch(program, clients, peers, None).await
    }

    /// As [`Etcd::start`], where it also serves over TLS those who show a certificate of `ca`, and shows `certificate`,
    /// whose private key is `key`; all are PEM files.
    ///
    /// # Errors
    /// As [`Etcd::start`].
    pub async fn start_with_tls(
        program: &Path,
        ca: &Path,
        certificate: &Path,
        key: &Path,
    ) -> io::Result<Self> {
        let [clients, peers, secured] = free_addresses()?;
        let secured = Secured {
            clients: secured,
            ca: ca.to_owned(),
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        Self::launch(program, clients, peers, Some(secured)).await
    }

    async fn launch(
        program: &Path,
        clients: SocketAddr,
        peers: SocketAddr,
        secured: Option<Secured>,
    ) -> io::Result<Self> {
        let directory = tempfile::tempdir()?;
        let process = launch(program, clients, peers, directory.path(), secured.as_ref())?;
        let etcd = Self {
            program: program.to_owned(),
            clients,
            peers,
            directory,
            secured,
            process,
        };
        etcd.wait_until_it_serves().await?;
        Ok(etcd)
    }

    /// Where its clients find it over TLS; `None` where they do not.
    pub fn secured(&self) -> Option<SocketAddr> {
        self.secured.as_ref().map(|secured| secured.clients)
    }

    /// Where its clients find it.
    pub fn url(&self) -> String {
        format!("http://{}", self.clients)
    }

    /// Its process, to be frozen, thawed or killed.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Starts it again where it was, with the data that it had, after it was killed.
    ///
    /// # Errors
    /// As [`Etcd::start`].
    pub async fn restart(&mut self) -> io::Result<()> {
        self.process = launch(
            &self.program,
            self.clients,
            self.peers,
            self.directory.path(),
            self.secured.as_ref(),
        )?;
        self.wait_until_it_serves().await
    }

    /// Sets `key` to `value`.
    ///
    /// # Errors
    /// When etcd refuses.
    pub async fn put(&self, key: &str, value: &str) -> io::Result<()> {
        let (key, value) = (encoded(key), encoded(value));
        let json = format!("{{\"key\": \"{key}\", \"value\": \"{value}\"}}");
        self.call("kv/put", &json).await.map(drop)
    }

    /// Removes `key`.
    ///
    /// # Errors
    /// When etcd refuses.
    pub async fn delete(&self, key: &str) -> io::Result<()> {
        let json = format!("{{\"key\": \"{}\"}}", encoded(key));
        self.call("kv/deleterange", &json).await.map(drop)
    }

    /// Calls `method` of its JSON gateway, such as `kv/compaction`, and returns what it says.
    ///
    /// # Errors
    /// When etcd refuses, with its words.
    pub async fn call(&self, method: &str, json: &str) -> io::Result<String> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/v3/{method}"))
            .header(header::HOST, self.clients.to_string())
            .body(Body::from(json.to_owned()))
            .map_err(io::Error::other)?;
        let client = HttpClient::http1(self.clients).await?;
        let answer = client.send(request).await?;
        if !answer.status.is_success() {
            return Err(io::Error::other(format!("{method}: {}", answer.text())));
        }
        Ok(answer.text())
    }

    async fn wait_until_it_serves(&self) -> io::Result<()> {
        let serves = wait_until(START, async || {
            let asked = self.call("kv/range", "{\"key\": \"AA==\"}");
            tokio::time::timeout(Duration::from_secs(2), asked)
                .await
                .is_ok_and(|answer| answer.is_ok())
        });
        serves.await.map_err(|error| {
            let complaint = self.process.stderr();
            io::Error::other(format!("etcd does not serve: {error}\n{complaint}"))
        })
    }
}

fn launch(
    program: &Path,
    clients: SocketAddr,
    peers: SocketAddr,
    directory: &Path,
    secured: Option<&Secured>,
) -> io::Result<Process> {
    let mut command = Command::new(program);
    let (clients, peers) = (format!("http://{clients}"), format!("http://{peers}"));
    command.arg("--data-dir").arg(directory.join("data"));
    command.args(["--name", "one"]);
    let mut listens = clients.clone();
    if let Some(secured) = secured {
        listens = format!("{listens},https://{}", secured.clients);
        command.arg("--cert-file").arg(&secured.certificate);
        command.arg("--key-file").arg(&secured.key);
        command.arg("--client-cert-auth=true");
        command.arg("--trusted-ca-file").arg(&secured.ca);
    }
    command.args(["--listen-client-urls", &listens]);
    command.args(["--advertise-client-urls", &clients]);
    command.args(["--listen-peer-urls", &peers]);
    command.args(["--initial-advertise-peer-urls", &peers]);
    command.args(["--initial-cluster", &format!("one={peers}")]);
    command.args(["--logger", "zap"]);
    command.current_dir(directory);
    Process::start(command)
}

fn encoded(text: &str) -> String {
    BASE64.encode(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::require_component;

    #[tokio::test]
    async fn it_keeps_its_data_when_it_is_killed_and_comes_back() {
        let mut etcd = Etcd::start(&require_component!("etcd")).await.unwrap();
        etcd.put("/a", "one").await.unwrap();
        etcd.process().kill().await.unwrap();
        assert!(etcd.put("/a", "two").await.is_err());
        etcd.restart().await.unwrap();
        let range = format!("{{\"key\": \"{}\"}}", encoded("/a"));
        let told = etcd.call("kv/range", &range).await.unwrap();
        assert!(told.contains(&encoded("one")), "{told}");
        etcd.delete("/a").await.unwrap();
        let told = etcd.call("kv/range", &range).await.unwrap();
        assert!(!told.contains(&encoded("one")), "{told}");
    }
}
