//! A real upstream: nginx.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::Command;

use crate::ports::free_address;
use crate::process::Process;
use crate::wait::wait_until;

const START: Duration = Duration::from_secs(10);

/// An nginx on a free loopback port, in a directory of its own, as the current user and in one process. It is
/// killed, and its directory is gone, when dropped.
///
/// ```no_run
/// # async fn test() -> std::io::Result<()> {
/// use gateway_testkit::Nginx;
/// # fn program() -> Option<std::path::PathBuf> { None }
/// # let Some(program) = program() else { return Ok(()) };
///
/// let nginx = Nginx::start(&program, "location / { return 200 hello; }").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Nginx {
    address: SocketAddr,
    process: Process,
    directory: TempDir,
}

impl Nginx {
    /// Starts `program`, which is `require_component!("nginx")`, with `server` inside its only `server` block.
    ///
    /// # Errors
    /// What nginx says when it does not accept `server`, or does not come up within 10 s.
    pub async fn start(program: &Path, server: &str) -> io::Result<Self> {
        Self::launch(program, "", server).await
    }

    /// As [`Nginx::start`], but speaks HTTP/2 alone, by prior knowledge.
    ///
    /// # Errors
    /// As [`Nginx::start`].
    pub async fn start_http2(program: &Path, server: &str) -> io::Result<Self> {
        Self::launch(program, " http2", server).await
    }

    async fn launch(program: &Path, protocol: &str, server: &str) -> io::Result<Self> {
        let address = free_address()?;
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("nginx.conf");
        std::fs::write(&file, configuration(address, protocol, server))?;
        let mut command = Command::new(program);
        command.arg("-p").arg(directory.path()).arg("-c").arg(&file);
        command.args(["-e", "stderr"]);
        let mut nginx = Self {
            address,
            process: Process::start(command)?,
            directory,
        };
        nginx.wait_until_it_accepts().await?;
        Ok(nginx)
    }

    async fn wait_until_it_accepts(&mut self) -> io::Result<()> {
        let process = &mut self.process;
        let mut has_ended = false;
        let waited = wait_until(START, async || {
            has_ended = !matches!(process.status(), Ok(None));
            has_ended || TcpStream::connect(self.address).await.is_ok()
        });
        waited.await?;
        if has_ended {
            process.wait(START).await?;
            return Err(io::Error::other(format!(
                "nginx ended: {}",
                process.stderr()
            )));
        }
        Ok(())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of `path` on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Its directory; relative paths in its configuration, such as `root files;`, are below it.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Its access log so far, in nginx's `combined` format.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn access_log(&self) -> io::Result<String> {
        std::fs::read_to_string(self.directory.path().join("access.log"))
    }

    /// Its process.
    pub fn process(&self) -> &Process {
        &self.process
    }
}

/// One process without a master: nothing is left behind when it is killed, and it stays the current user.
fn configuration(address: SocketAddr, protocol: &str, server: &str) -> String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|module| format!("    {module}_temp_path {module};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr warn;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n{temporary}    access_log access.log combined;\n    server {{\n\
         \x20       listen {address}{protocol};\n{server}\n    }}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_client::{HttpClient, get};
    use crate::require_component;

    #[tokio::test]
    async fn it_serves_and_ends_when_dropped() {
        let program = require_component!("nginx");
        let nginx = Nginx::start(&program, "location / { root files; }")
            .await
            .unwrap();
        std::fs::create_dir(nginx.directory().join("files")).unwrap();
        std::fs::write(nginx.directory().join("files/a.txt"), "from disk").unwrap();
        assert_eq!(get(&nginx.url("/a.txt")).await.unwrap().text(), "from disk");
        // nginx writes the line once the answer is out.
        let logged = async || nginx.access_log().unwrap().contains("GET /a.txt");
        wait_until(Duration::from_secs(5), logged).await.unwrap();
        assert!(nginx.process().usage().unwrap().rss > 0);
        let (address, directory) = (nginx.address(), nginx.directory().to_owned());
        drop(nginx);
        let is_gone = async || TcpStream::connect(address).await.is_err();
        wait_until(START, is_gone).await.unwrap();
        assert!(!directory.exists());
    }

    #[tokio::test]
    async fn it_speaks_http2_when_told() {
        let program = require_component!("nginx");
        let nginx = Nginx::start_http2(&program, "return 200 $server_protocol;")
            .await
            .unwrap();
        let client = HttpClient::http2(nginx.address()).await.unwrap();
        assert_eq!(client.get("/").await.unwrap().text(), "HTTP/2.0");
    }

    #[tokio::test]
    async fn its_complaint_about_the_configuration_is_the_error() {
        let program = require_component!("nginx");
        let error = Nginx::start(&program, "no_such_directive;")
            .await
            .unwrap_err();
        assert!(error.to_string().contains("no_such_directive"), "{error}");
    }
}
